import Ingest
import ServiceHost

await ProgramMain.run(IngestProgram.self)
