import Market
import Tracing
import Wire

/// Spans as OTLP writes them in JSON: one `ExportTraceServiceRequest`, which is also one line of the file exporter's form.
///
/// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: names of traces and spans are hexadecimal, enumerations
/// are numbers, whole numbers of 64 bits are strings.
struct OTLPText: Sendable {
    /// What all spans have in common, by name.
    let resource: [(name: String, value: String)]
    static let scope = "trident.orders"

    func request(_ spans: some Collection<FinishedSpan>) -> [UInt8] {
        var writer = JSONWriter(reserving: 512 * (spans.count + 1))
        writer.object {
            $0.list("resourceSpans") {
                $0.object {
                    $0.name("resource")
                    $0.object { $0.attributes(resource.map { ($0.name, .string($0.value)) }) }
                    $0.list("scopeSpans") {
                        $0.object {
                            $0.name("scope")
                            $0.object { $0.member("name", Self.scope) }
                            $0.list("spans") { for span in spans { $0.span(span) } }
                        }
                    }
                }
            }
        }
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        string(text)
    }

    fileprivate mutating func list(_ name: StaticString, _ fill: (inout JSONWriter) -> Void) {
        self.name(name)
        array(fill)
    }

    fileprivate mutating func span(_ span: FinishedSpan) {
        object {
            $0.member("traceId", span.identity.trace.description)
            $0.member("spanId", span.identity.span.description)
            if let parent = span.parent { $0.member("parentSpanId", parent.description) }
            $0.member("name", span.name)
            $0.name("kind")
            $0.integer(span.kind.number)
            $0.member("startTimeUnixNano", String(span.start))
            $0.member("endTimeUnixNano", String(span.end))
            $0.attributes(span.attributes)
            if !span.happenings.isEmpty {
                $0.list("events") {
                    for happening in span.happenings {
                        $0.object {
                            $0.member("timeUnixNano", String(happening.nanoseconds))
                            $0.member("name", happening.name)
                            $0.attributes(happening.attributes)
                        }
                    }
                }
            }
            if !span.links.isEmpty {
                $0.list("links") {
                    for link in span.links {
                        $0.object {
                            $0.member("traceId", link.identity.trace.description)
                            $0.member("spanId", link.identity.span.description)
                            $0.attributes(link.attributes)
                        }
                    }
                }
            }
            $0.status(span.status)
        }
    }

    fileprivate mutating func status(_ status: SpanStatus?) {
        name("status")
        object {
            guard let status else { return }
            if let message = status.message { $0.member("message", message) }
            $0.name("code")
            switch status.code {
            case .ok: $0.integer(1)
            case .error: $0.integer(2)
            }
        }
    }

    fileprivate mutating func attributes(_ list: [(name: String, value: SpanAttribute)]) {
        guard !list.isEmpty else { return }
        self.list("attributes") {
            for (name, value) in list {
                $0.object {
                    $0.member("key", name)
                    $0.name("value")
                    $0.attribute(value)
                }
            }
        }
    }

    fileprivate mutating func attribute(_ value: SpanAttribute) {
        switch value {
        case .string(let text): one { $0.member("stringValue", text) }
        case .stringConvertible(let value): one { $0.member("stringValue", "\(value)") }
        case .int32(let number): one { $0.member("intValue", String(number)) }
        case .int64(let number): one { $0.member("intValue", String(number)) }
        case .bool(let flag):
            one {
                $0.name("boolValue")
                $0.bool(flag)
            }
        case .double(let number):
            one {
                $0.name("doubleValue")
                // What JSON has no number for travels as a word.
                if number.isFinite { $0.number("\(number)") } else { $0.string(number.word) }
            }
        case .stringArray(let values): many(values.map { .string($0) })
        case .stringConvertibleArray(let values): many(values.map { .string("\($0)") })
        case .int32Array(let values): many(values.map { .int32($0) })
        case .int64Array(let values): many(values.map { .int64($0) })
        case .boolArray(let values): many(values.map { .bool($0) })
        case .doubleArray(let values): many(values.map { .double($0) })
        // The library asks for this: its enumeration may grow.
        default: one { $0.member("stringValue", "") }
        }
    }

    private mutating func one(_ fill: (inout JSONWriter) -> Void) { object(fill) }

    private mutating func many(_ values: [SpanAttribute]) {
        object {
            $0.name("arrayValue")
            $0.object { $0.list("values") { for value in values { $0.attribute(value) } } }
        }
    }
}

extension Double {
    fileprivate var word: String { isNaN ? "NaN" : self > 0 ? "Infinity" : "-Infinity" }
}

extension SpanKind {
    /// Its number in OTLP.
    fileprivate var number: Int {
        switch self {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}
