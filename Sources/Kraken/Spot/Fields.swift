import Wire

extension JSONReader {
    /// Reads an object as `object` does; an error in a field names it.
    @inline(__always)
    mutating func namedFields(
        _ field: (JSONText, inout JSONReader) throws(WireError) -> Void
    ) throws(WireError) {
        try object { name, reader throws(WireError) in
            do throws(WireError) {
                try field(name, &reader)
            } catch {
                throw error.within(name.string)
            }
        }
    }

    /// Reads an array of values into a list.
    @inline(__always)
    mutating func list<Element>(
        _ element: (inout JSONReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        var elements: [Element] = []
        try array { reader throws(WireError) in elements.append(try element(&reader)) }
        return elements
    }

    /// Reads a value that may be null.
    @inline(__always)
    mutating func optional<Value>(
        _ read: (inout JSONReader) throws(WireError) -> Value
    ) throws(WireError) -> Value? {
        null() ? nil : try read(&self)
    }

    /// Reads a text.
    mutating func text() throws(WireError) -> String { try string().string }
}

/// The value of a required field.
@inline(__always)
func required<Value>(_ value: Value?, _ field: StaticString) throws(WireError) -> Value {
    guard let value else { throw .missing("\(field)") }
    return value
}
