/// A setting and the place in a module's parameters that it fills: each is named once.
struct Binding<Root>: Sendable {
    let key: AnyKey
    let apply: @Sendable (Settings, inout Root) -> Void

    /// Any value of the form.
    init<Value: SettingValue>(
        _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, default fallback: Value?, _ meaning: String
    ) {
        self.init(Key(name, default: fallback, meaning), path)
    }

    /// A value in `bounds`.
    init<Value: SettingValue & Comparable>(
        _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, default fallback: Value?,
        _ bounds: ClosedRange<Value>, _ meaning: String
    ) {
        self.init(Key(name, default: fallback, bounds, meaning), path)
    }

    /// A value in `bounds`, or off.
    init<Value: SettingValue & Comparable>(
        switchable name: String, _ path: any WritableKeyPath<Root, Value?> & Sendable, default fallback: Value?,
        _ bounds: ClosedRange<Value>, _ meaning: String
    ) {
        self.init(Key<Value>.switchable(name, default: fallback, bounds, meaning), path)
    }

    /// A value in `bounds`, or what the strategy's preset says.
    init<Value: SettingValue & Comparable>(
        preset name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ bounds: ClosedRange<Value>,
        _ meaning: String
    ) {
        let key = Key<Override<Value>>(
            name, default: .preset, range: "\(bounds.lowerBound.setting) to \(bounds.upperBound.setting)", meaning,
            allows: { $0.value.map(bounds.contains) ?? true })
        self.init(preset: key, path)
    }

    /// Any value of the form, or what the strategy's preset says.
    init<Value: SettingValue>(
        preset name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ meaning: String
    ) {
        self.init(preset: Key<Override<Value>>(name, default: .preset, meaning), path)
    }

    init<Value: SettingValue>(_ key: Key<Value>, _ path: any WritableKeyPath<Root, Value> & Sendable) {
        self.key = AnyKey(key)
        apply = { settings, root in root[keyPath: path] = settings[key] }
    }

    private init<Value: SettingValue>(
        preset key: Key<Override<Value>>, _ path: any WritableKeyPath<Root, Value> & Sendable
    ) {
        self.key = AnyKey(key)
        apply = { settings, root in
            if case .value(let value) = settings[key] { root[keyPath: path] = value }
        }
    }
}

/// A setting that stands over a preset's value, or leaves it.
enum Override<Value: SettingValue>: SettingValue {
    case preset
    case value(Value)

    static var form: String { Value.form + ", or preset" }

    init?(setting: String) {
        if setting == "preset" {
            self = .preset
            return
        }
        guard let value = Value(setting: setting) else { return nil }
        self = .value(value)
    }

    var setting: String {
        switch self {
        case .preset: "preset"
        case .value(let value): value.setting
        }
    }

    var value: Value? {
        switch self {
        case .preset: nil
        case .value(let value): value
        }
    }
}
