import Scoring
import ServiceHost

await ProgramMain.run(ScoringProgram.self)
