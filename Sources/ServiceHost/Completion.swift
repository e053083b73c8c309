internal import RPCCore
internal import TallyAPI

/// Completion of the command line for shells: `source <(tally-ingest completion bash)`.
struct Completion {
    /// The shells that are known.
    static let shells = ["bash", "zsh", "fish"]

    let program: any ServiceProgram.Type

    /// The script for a shell; nil for one that is not known.
    func script(for shell: String) -> String? {
        switch shell {
        case "bash": self.bash
        // zsh runs bash's completions once it is told to.
        case "zsh": "autoload -U +X bashcompinit && bashcompinit\n" + self.bash
        case "fish": self.fish
        case _: nil
        }
    }

    private var name: String { "tally-\(self.program.name)" }

    private var commands: [String] {
        let own = self.program.commands.map(\.name)
        return ["serve"] + (self.program.hasSchema ? ["migrate"] : []) + ["probe", "completion"]
            + own
    }

    private var verbs: [ProbeVerb] { Probe(program: self.program).verbs }

    private func flags(of verb: ProbeVerb) -> [String] {
        (self.valued(verb) + Probe.switches.union(verb.switches)).sorted()
    }

    /// Flags behind which a value stands, and neither flag nor method.
    private func valued(_ verb: ProbeVerb) -> [String] {
        Probe.options.union(verb.options).sorted()
    }

    private var methods: [String] {
        SchemaTable.all.services.flatMap(\.methods).map(\.path).sorted()
    }

    /// Verbs whose word is a method.
    private static let takingMethods: Set<String> = ["call", "bench", "describe"]

    private var bash: String {
        let function = "_" + self.name.replacing("-", with: "_")
        var cases = ""
        for verb in self.verbs {
            let words = Self.takingMethods.contains(verb.name) ? ["$methods"] : []
            let all = (self.flags(of: verb) + words).joined(separator: " ")
            let valued = self.valued(verb).joined(separator: " ")
            cases += "        \(verb.name)) words=\"\(all)\" valued=\" \(valued) \" ;;\n"
        }
        return """
            \(function)() {
              local current=${COMP_WORDS[COMP_CWORD]} words="" valued=""
              local previous=${COMP_WORDS[COMP_CWORD-1]}
              local methods="\(self.methods.joined(separator: " "))"
              # The slash before a method may be left out.
              case $current in [!/]*) methods=${methods//" /"/" "} methods=${methods#/} ;; esac
              if [ "$COMP_CWORD" -eq 1 ]; then
                words="\(self.commands.joined(separator: " ")) --help --version"
              elif [ "${COMP_WORDS[1]}" = completion ]; then
                words="\(Self.shells.joined(separator: " "))"
              elif [ "${COMP_WORDS[1]}" = probe ]; then
                if [ "$COMP_CWORD" -eq 2 ]; then
                  words="\(self.verbs.map(\.name).joined(separator: " "))"
                else
                  case ${COMP_WORDS[2]} in
            \(cases)      esac
                  case $valued in *" $previous "*) words="" ;; esac
                fi
              fi
              # shellcheck disable=SC2207
              COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -F \(function) \(self.name)

            """
    }

    /// Methods as they are typed: with their slash, or without it.
    private func fishMethods(_ verb: ProbeVerb) -> [String] {
        let bare = "string match -qr \"^[^/]\" -- (commandline -ct)"
        let methods = self.methods
        return [("not ", methods), ("", methods.map { String($0.dropFirst()) })].map { form in
            "complete -c \(self.name) -n '__fish_seen_subcommand_from \(verb.name); and "
                + "\(form.0)\(bare)' -a '\(form.1.joined(separator: " "))'"
        }
    }

    private var fish: String {
        let program = self.name
        var lines = [
            "complete -c \(program) -f",
            "complete -c \(program) -n __fish_use_subcommand -a "
                + "'\(self.commands.joined(separator: " "))'",
            "complete -c \(program) -n '__fish_seen_subcommand_from completion' -a "
                + "'\(Self.shells.joined(separator: " "))'",
            "complete -c \(program) -n '__fish_seen_subcommand_from probe' -a "
                + "'\(self.verbs.map(\.name).joined(separator: " "))'",
        ]
        for verb in self.verbs {
            let condition = "-n '__fish_seen_subcommand_from \(verb.name)'"
            let valued = self.valued(verb)
            for flag in self.flags(of: verb) {
                let form =
                    flag.hasPrefix("--") ? "-l \(flag.dropFirst(2))" : "-s \(flag.dropFirst())"
                let value = valued.contains(flag) ? " -x" : ""
                lines.append("complete -c \(program) \(condition) \(form)\(value)")
            }
            if Self.takingMethods.contains(verb.name) {
                lines += self.fishMethods(verb)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
