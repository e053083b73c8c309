import ServiceKit
import Testing

@Suite struct ConfigurationReaderTests {
    private enum Colour: String, CaseIterable {
        case red
        case green
    }

    private func faults(_ reader: ConfigurationReader) -> [String] {
        do throws(ConfigurationFaults) {
            try reader.finish()
            return []
        } catch { return error.faults }
    }

    @Test func `what is not set has its default`() {
        var reader = ConfigurationReader(environment: [:])
        #expect(reader.string("TALLY_A", default: "x", "") == "x")
        #expect(reader.integer("TALLY_B", default: 7, in: 1...9, "") == 7)
        #expect(reader.duration("TALLY_C", default: "10s", "") == .seconds(10))
        #expect(reader.choice("TALLY_D", default: Colour.red, "") == .red)
        #expect(reader.optional("TALLY_E", "") == nil)
        #expect(reader.list("TALLY_F", "") == [])
        #expect(reader.secret("TALLY_G", "") == nil)
        #expect(self.faults(reader) == [])
    }

    @Test func `what is set is read by its type`() {
        var reader = ConfigurationReader(environment: [
            "TALLY_A": "y", "TALLY_B": "9", "TALLY_C": "250ms", "TALLY_D": "green",
            "TALLY_F": "https://a, https://b",
        ])
        #expect(reader.string("TALLY_A", default: "x", "") == "y")
        #expect(reader.integer("TALLY_B", default: 7, in: 1...9, "") == 9)
        #expect(reader.duration("TALLY_C", default: "10s", "") == .milliseconds(250))
        #expect(reader.choice("TALLY_D", default: Colour.red, "") == .green)
        #expect(reader.list("TALLY_F", "") == ["https://a", "https://b"])
        #expect(self.faults(reader) == [])
    }

    @Test func `BAD-10 every fault is told at once, each naming its variable`() {
        var reader = ConfigurationReader(environment: [
            "TALLY_B": "10", "TALLY_C": "soon", "TALLY_D": "blue", "TALLY_LISTN": "1",
        ])
        _ = reader.required("TALLY_URL", "the database")
        _ = reader.integer("TALLY_B", default: 7, in: 1...9, "")
        _ = reader.duration("TALLY_C", default: "10s", "")
        _ = reader.choice("TALLY_D", default: Colour.red, "")
        _ = reader.string("TALLY_LISTEN", default: "", "")
        let faults = self.faults(reader)
        #expect(faults.count == 5)
        for name in ["TALLY_URL", "TALLY_B", "TALLY_C", "TALLY_D", "TALLY_LISTN"] {
            #expect(faults.contains { $0.hasPrefix(name) })
        }
    }

    @Test func `BAD-10 an unknown variable is named with its nearest neighbour`() {
        var reader = ConfigurationReader(environment: ["TALLY_LOG_LEVLE": "info", "HOME": "/"])
        _ = reader.string("TALLY_LOG_LEVEL", default: "", "")
        _ = reader.string("TALLY_DRAIN_GRACE", default: "", "")
        #expect(
            self.faults(reader) == ["TALLY_LOG_LEVLE is not known; did you mean TALLY_LOG_LEVEL?"])
    }

    @Test func `an empty variable is as good as none`() {
        var reader = ConfigurationReader(environment: ["TALLY_B": ""])
        #expect(reader.integer("TALLY_B", default: 7, in: 1...9, "") == 7)
        #expect(self.faults(reader) == [])
    }

    @Test(arguments: [
        (ConfigurationReader.FileFault.unreadable, "cannot be read"),
        (ConfigurationReader.FileFault.tooOpen, "others may read"),
    ])
    func `BAD-10 a secret's file must be there and closed to others`(
        fault: ConfigurationReader.FileFault, words: String
    ) {
        var reader = ConfigurationReader(environment: ["TALLY_KEY_FILE": "/secret"]) { _ in
            .failure(fault)
        }
        #expect(reader.secret("TALLY_KEY_FILE", "") == nil)
        let faults = self.faults(reader)
        #expect(faults.count == 1)
        #expect(faults.first?.contains(words) == true)
        #expect(faults.first?.contains("/secret") == false)
    }

    @Test func `a secret loses its last newline alone`() {
        var reader = ConfigurationReader(environment: ["TALLY_KEY_FILE": "f"]) { _ in
            .success(" s p \n")
        }
        #expect(reader.secret("TALLY_KEY_FILE", "") == " s p ")
    }

    @Test func `an empty secret is a fault`() {
        var reader = ConfigurationReader(environment: ["TALLY_KEY_FILE": "f"]) { _ in
            .success("\n")
        }
        _ = reader.secret("TALLY_KEY_FILE", "")
        #expect(self.faults(reader).count == 1)
    }

    @Test(
        arguments: [
            ("0s", 0), ("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("2h", 7_200_000),
            ("168h", 604_800_000),
        ] as [(String, Int64)])
    func `a length of time has a unit`(text: String, milliseconds: Int64) {
        #expect(Duration(parsing: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        (0, "0us"), (250, "250us"), (999_999, "999999us"), (604_800_000_000, "604800000000us"),
    ])
    func `what is short is told in microseconds`(microseconds: Int64, text: String) {
        #expect(Duration(parsing: text) == .microseconds(microseconds))
    }

    @Test(arguments: [
        "604800000001us", "1u", "us", "1.5us",
        "", "10", "s", "-1s", "1.5s", "10 s", "10S", "1d", "169h", "99999999999999999999s",
    ])
    func `BAD-10 a length of time without a unit or out of range is none`(text: String) {
        #expect(Duration(parsing: text) == nil)
    }

    @Test func `the table for the help keeps order, default and meaning`() {
        var reader = ConfigurationReader(environment: [:])
        _ = reader.integer("TALLY_B", default: 7, in: 1...9, "how many")
        _ = reader.required("TALLY_A", "where")
        #expect(reader.variables.map(\.name) == ["TALLY_B", "TALLY_A"])
        #expect(reader.variables.map(\.fallback) == ["7", ""])
        #expect(reader.variables.map(\.meaning) == ["how many", "where"])
    }
}
