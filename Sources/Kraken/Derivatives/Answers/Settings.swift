public import Market
public import Venue
public import Wire

extension Derivatives {
    /// `leveragepreferences`: instruments with isolated margin; the others are cross.
    public struct LeveragePreferences: WireObject {
        public let preferences: [Preference]

        public struct Preference: WireObject {
            public let instrument: InstrumentID
            public let maximum: Rate

            public init(instrument: InstrumentID, maximum: Rate) {
                self.instrument = instrument
                self.maximum = maximum
            }
            public init(_ value: JSONValue) throws(WireError) {
                let fields = try Fields(value)
                instrument = try fields.instrument("symbol")
                maximum = try fields.amount("maxLeverage")
            }
            public func members(into writer: inout JSONWriter) {
                writer.put("symbol", instrument)
                writer.put("maxLeverage", maximum)
            }
        }

        public init(_ preferences: [Preference]) { self.preferences = preferences }
        public init(_ value: JSONValue) throws(WireError) {
            preferences = try Fields(value).list("leveragePreferences")
        }
        public func members(into writer: inout JSONWriter) { writer.put("leveragePreferences", preferences) }
    }

    /// An answer that says no more than that the request was carried out.
    public struct Done: WireObject {
        public init() {}
        public init(_ value: JSONValue) throws(WireError) { _ = try Fields(value) }
        public func members(into writer: inout JSONWriter) {}
    }

    /// `notifications`: announcements of the exchange, over REST and as a feed.
    public struct Notifications: WireObject {
        public let notifications: [Notification]

        public init(_ notifications: [Notification]) { self.notifications = notifications }
        public init(_ value: JSONValue) throws(WireError) { notifications = try Fields(value).list("notifications") }
        public func members(into writer: inout JSONWriter) { writer.put("notifications", notifications) }
    }

    public struct Notification: WireObject {
        public let id: Int64?
        /// `market`, `maintenance`, `general`, `new_feature`, `settlement`, `bug`.
        public let type: String
        /// `low`, `medium`, `high`: high announces downtime.
        public let priority: String
        public let note: String
        public let effective: Timestamp?

        public init(id: Int64?, type: String, priority: String, note: String, effective: Timestamp?) {
            self.id = id
            self.type = type
            self.priority = priority
            self.note = note
            self.effective = effective
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            id = try fields.optionalInteger("id")
            type = try fields.text("type")
            priority = try fields.text("priority")
            note = try fields.text("note")
            effective = try fields.optionalInstant("effective_time", or: "effectiveTime")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("id", id)
            writer.put("type", type)
            writer.put("priority", priority)
            writer.put("note", note)
            writer.put("effective_time", milliseconds: effective)
        }
    }

    /// What a key may do. The key itself is not read.
    public struct KeyCheck: WireObject {
        public var accountUid: String?
        public var created: Timestamp?
        /// Every permission that the answer names, with its tier.
        public var permissions: [Permission]
        public var allowedAddresses: [String]

        public enum Tier: String, WireWord {
            case none = "NO_ACCESS"
            case readOnly = "READ_ONLY"
            case full = "FULL_ACCESS"
        }

        public struct Permission: Hashable, Sendable {
            public let name: String
            public let tier: Open<Tier>

            public init(name: String, tier: Open<Tier>) {
                self.name = name
                self.tier = tier
            }
        }

        public init(permissions: [Permission], allowedAddresses: [String] = []) {
            self.permissions = permissions
            self.allowedAddresses = allowedAddresses
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            accountUid = try fields.filledText("accountUid")
            created = try fields.optionalInstant("createdAt")
            allowedAddresses = try fields.texts("allowedCidrBlocks")
            permissions = Self.permissions(in: value, named: "")
            if permissions.isEmpty { throw .missing("permissions") }
        }

        /// Whether the key may withdraw: with such a key the system refuses to run.
        public var canWithdraw: Bool {
            permissions.contains { $0.name.lowercased().contains("withdraw") && $0.tier != .known(.none) }
        }

        /// Whether the key may send orders; nil when the answer does not say.
        public var canTrade: Bool? {
            permissions.first { $0.name.lowercased().contains("general") }.map { $0.tier == .known(.full) }
        }

        /// Where in the answer the tiers stand is not documented: every text member that is one is taken.
        private static func permissions(in value: JSONValue, named prefix: String) -> [Permission] {
            (value.members ?? []).flatMap { member -> [Permission] in
                let name = prefix.isEmpty ? member.name : prefix + "." + member.name
                if let text = member.value.string {
                    let tier = Open<Tier>(text)
                    return tier.word != nil || prefix.contains("ermission") ? [Permission(name: name, tier: tier)] : []
                }
                return permissions(in: member.value, named: name)
            }
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("accountUid", accountUid)
            writer.put("createdAt", instant: created)
            for permission in permissions {
                writer.name(permission.name)
                writer.string(permission.tier.text)
            }
            writer.put("allowedCidrBlocks", allowedAddresses)
        }
    }
}
