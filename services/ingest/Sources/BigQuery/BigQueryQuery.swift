import ServiceKit

/// A question in SQL with its values beside it, never inside.
struct BigQueryQuery: Hashable, Sendable {
    /// A value by its type.
    enum Value: Hashable, Sendable {
        case string(String)
        case timestamp(Timestamp)
        case strings([String])
        case int64s([Int64])
    }

    /// A value by its name in the text, where it stands as `@name`.
    struct Parameter: Hashable, Sendable {
        var name: String
        var value: Value
    }

    /// One of the files in `queries`.
    var text: String
    var parameters: [Parameter]
    /// What it is for, as a label in Google's bill: lower-case letters.
    var purpose: String
    /// The day tables it reads.
    var tables: ClosedRange<CivilDay>

    /// Events of repositories on some days.
    ///
    /// - Parameter names: lower case, of repositories whose events carry no number.
    static func activity(
        ids: [Int64], names: [String], days: ClosedRange<CivilDay>
    ) -> BigQueryQuery {
        // Late events of a day stand in the next day's table (sources.md section 1.1).
        let tables = days.lowerBound...days.upperBound.advanced(by: 1)
        return BigQueryQuery(
            text: String(decoding: PackageResources.activity_sql, as: UTF8.self),
            parameters: suffixes(tables) + [
                Parameter(name: "since", value: .timestamp(days.lowerBound.start)),
                Parameter(name: "until", value: .timestamp(tables.upperBound.start)),
                Parameter(name: "repository_ids", value: .int64s(ids.sorted())),
                Parameter(name: "repository_names", value: .strings(names.sorted())),
            ], purpose: "activity", tables: tables)
    }

    /// A repository by its name, any letter case.
    static func find(name: String, tables: ClosedRange<CivilDay>) -> BigQueryQuery {
        BigQueryQuery(
            text: String(decoding: PackageResources.find_repository_sql, as: UTF8.self),
            parameters: suffixes(tables) + [
                Parameter(name: "repository_name", value: .string(name.lowercased()))
            ], purpose: "find", tables: tables)
    }

    private static func suffixes(_ tables: ClosedRange<CivilDay>) -> [Parameter] {
        [
            Parameter(name: "first_table", value: .string(suffix(tables.lowerBound))),
            Parameter(name: "last_table", value: .string(suffix(tables.upperBound))),
        ]
    }

    /// What follows `20` in the name of a day's table.
    static func suffix(_ day: CivilDay) -> String {
        "\(day)".dropFirst(2).filter { $0 != "-" }
    }
}

extension CivilDay {
    /// Its first instant.
    var start: Timestamp { Timestamp(rawValue: startMicroseconds) }
}

extension BigQueryQuery {
    /// The member `query` of a job's configuration.
    ///
    /// - Parameter bytesMax: above it the query fails and costs nothing; nil for a dry run.
    func write(bytesMax: Int64?, into object: inout JSONWriter) {
        object.object("query") { query in
            query.member("query", text)
            // Google's default is true.
            query.member("useLegacySql", false)
            query.member("parameterMode", "NAMED")
            query.member(
                "queryParameters",
                list: { list in for parameter in parameters { parameter.write(into: &list) } })
            if let bytesMax { query.member("maximumBytesBilled", "\(bytesMax)") }
        }
    }
}

extension BigQueryQuery.Parameter {
    func write(into list: inout JSONWriter) {
        list.object { object in
            object.member("name", name)
            switch value {
            case .string(let text): Self.scalar("STRING", text, &object)
            case .timestamp(let time): Self.scalar("TIMESTAMP", "\(time)", &object)
            case .strings(let texts): Self.array("STRING", texts, &object)
            case .int64s(let numbers): Self.array("INT64", numbers.map(String.init), &object)
            }
        }
    }

    private static func scalar(_ type: String, _ value: String, _ object: inout JSONWriter) {
        object.object("parameterType") { $0.member("type", type) }
        object.object("parameterValue") { $0.member("value", value) }
    }

    private static func array(_ type: String, _ values: [String], _ object: inout JSONWriter) {
        object.object("parameterType") { parameter in
            parameter.member("type", "ARRAY")
            parameter.object("arrayType") { $0.member("type", type) }
        }
        object.object("parameterValue") { parameter in
            parameter.member(
                "arrayValues",
                list: { list in
                    for value in values { list.object { $0.member("value", value) } }
                })
        }
    }
}
