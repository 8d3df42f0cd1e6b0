public import Trading

extension Trader: TradingCore {}
