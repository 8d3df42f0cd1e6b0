/// A database that speaks SQL: the little that the store needs of it.
protocol SQLConnection: AnyObject {
    /// How the parameter with a number, from one on, is written.
    func parameter(_ number: Int) -> String

    /// Runs one statement; gives back its rows.
    @discardableResult
    func run(_ statement: String, _ values: [SQLValue]) throws(StoreError) -> [[SQLValue]]

    /// Makes all that `body` does one step: done whole, or not at all when it throws.
    func transaction(_ body: () throws(StoreError) -> Void) throws(StoreError)

    /// Keeps others from migrating at the same time, until the transaction ends.
    func lockSchema() throws(StoreError)

    /// Takes a lock of the whole database server that lives as long as this connection does; false when another connection
    /// has it. Where one file has one program anyway, it is always had.
    func tryLock(_ key: Int64) throws(StoreError) -> Bool

    func unlock(_ key: Int64) throws(StoreError)
}
