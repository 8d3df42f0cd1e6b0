public import Market
import Wire

extension Derivatives {
    /// `POST /batchorder`: several instructions in one request. Not atomic: each is answered for itself, in any order.
    public struct BatchOrder: Hashable, Sendable {
        public var instructions: [Instruction]
        public var processBefore: Timestamp?

        public enum Instruction: Hashable, Sendable {
            /// `tag` comes back with the answer.
            case send(SendOrder, tag: String)
            case edit(EditOrder)
            case cancel(OrderReference)
        }

        public init(_ instructions: [Instruction], processBefore: Timestamp? = nil) {
            self.instructions = instructions
            self.processBefore = processBefore
        }
    }
}

extension Derivatives.BatchOrder {
    var form: FormText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("batchOrder")
            writer.array { writer in
                for instruction in instructions { Self.write(instruction, into: &writer) }
            }
        }
        var form = FormText()
        form.append("json", String(decoding: writer.bytes, as: UTF8.self))
        form.append("ProcessBefore", processBefore?.wireText)
        return form
    }

    /// The names of the form with JSON's kinds: a number where the form has digits.
    private static func write(_ instruction: Instruction, into writer: inout JSONWriter) {
        writer.object { writer in
            switch instruction {
            case .send(let order, let tag):
                writer.put("order", "send")
                writer.put("order_tag", tag)
                write(order.form, into: &writer)
            case .edit(let edit):
                writer.put("order", "edit")
                switch edit.reference {
                case .order(let id): writer.put("order_id", id)
                case .client(let id): writer.put("cliOrdId", id)
                }
                write(FormText(edit.form.pairs.filter { $0.name != "orderId" && $0.name != "cliOrdId" }), into: &writer)
            case .cancel(let reference):
                writer.put("order", "cancel")
                switch reference {
                case .order(let id): writer.put("order_id", id)
                case .client(let id): writer.put("cliOrdId", id)
                }
            }
        }
    }

    private static func write(_ form: FormText, into writer: inout JSONWriter) {
        for pair in form.pairs {
            writer.name(pair.name)
            switch pair.name {
            case "size", "limitPrice", "stopPrice", "trailingStopMaxDeviation": writer.number(pair.value)
            case "reduceOnly": writer.bool(pair.value == "true")
            default: writer.string(pair.value)
            }
        }
    }

    init(_ form: FormText) throws(Derivatives.RequestProblem) {
        guard let text = form["json"] else { throw .missing("json") }
        let value: JSONValue
        do { value = try JSONValue(Array(text.utf8)) } catch { throw .notJSON }
        guard let elements = value["batchOrder"]?.array else { throw .missing("batchOrder") }
        let before = try FormReader(form).optionalInstant("ProcessBefore")
        self.init(
            try elements.map { element throws(Derivatives.RequestProblem) in try Self.instruction(element) },
            processBefore: before)
    }

    private static func instruction(_ element: JSONValue) throws(Derivatives.RequestProblem) -> Instruction {
        let fields = FormReader(element)
        switch try fields.required("order") {
        case "send": return .send(try Derivatives.SendOrder(fields), tag: try fields.required("order_tag"))
        case "edit":
            var edit = try Derivatives.EditOrder(fields, idName: "order_id")
            edit.processBefore = nil
            return .edit(edit)
        case "cancel": return .cancel(try fields.reference("order_id"))
        default: throw .invalid("order")
        }
    }
}
