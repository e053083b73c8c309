import Gateway
import ServiceHost

await ProgramMain.run(GatewayProgram.self)
