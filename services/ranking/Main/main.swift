import Ranking
import ServiceHost

await ProgramMain.run(RankingProgram.self)
