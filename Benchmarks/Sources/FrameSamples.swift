/// More frames, and what Foundation reads them into.
extension FrameBenchmarks {
    static let publicTrade = """
        {"feed":"trade","product_id":"PF_XBTUSD","uid":"45ee9737-1877-4682-bc68-e4ef818ef88a","side":"sell",\
        "type":"fill","seq":655508,"time":1790359997729,"qty":0.0012,"price":83999.0}
        """

    struct FoundationPublicTrade: Decodable {
        let feed: String
        let product_id: String
        let uid: String
        let side: String
        let type: String
        let seq: Int64
        let time: Int64
        let qty: Double
        let price: Double
    }

    static let order = """
        {"feed":"open_orders","order":{"instrument":"PF_XBTUSD","time":1567702877410,\
        "last_update_time":1567702877410,"qty":304.0,"filled":0.0,"limit_price":10640.0,"stop_price":0.0,\
        "type":"limit","order_id":"59302619-41d2-4f0b-941f-7e7914760ad3","direction":1,"reduce_only":true},\
        "is_cancel":false,"reason":"new_placed_order_by_user"}
        """

    struct FoundationOrder: Decodable {
        struct Order: Decodable {
            let instrument: String
            let time: Int64
            let last_update_time: Int64
            let qty: Double
            let filled: Double
            let limit_price: Double
            let stop_price: Double
            let type: String
            let order_id: String
            let cli_ord_id: String?
            let direction: Int
            let reduce_only: Bool
        }
        let feed: String
        let order: Order
        let is_cancel: Bool
        let reason: String
    }

    static let spotBook = """
        {"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":83744.2,"qty":0.85713986}],\
        "asks":[{"price":83744.3,"qty":0.00000000},{"price":83746.9,"qty":0.17911426}],"checksum":2439117997,\
        "timestamp":"2026-09-25T17:48:26.844359Z"}]}
        """

    struct FoundationBook: Decodable {
        struct Level: Decodable {
            let price: Double
            let qty: Double
        }
        struct Book: Decodable {
            let symbol: String
            let bids: [Level]
            let asks: [Level]
            let checksum: UInt32
            let timestamp: String
        }
        let channel: String
        let type: String
        let data: [Book]
    }
}

// MARK: - The unified protocol

extension FrameBenchmarks {
    static let unifiedTicker = """
        {"channel":"ticker","type":"update","data":[{"symbol":"PF_XBTUSD","bid":84001.0,"bid_qty":0.0273,\
        "ask":84002.0,"ask_qty":0.006,"last":83997.0,"volume":4237.2723,"vwap":84174.6,"low":83163.6,"high":85247.4,\
        "change":-429.3,"change_pct":-0.51,"timestamp":"2026-09-25T17:48:26.844359Z"}]}
        """

    struct FoundationUnifiedTicker: Decodable {
        struct Ticker: Decodable {
            let symbol: String
            let bid: Double?
            let bid_qty: Double?
            let ask: Double?
            let ask_qty: Double?
            let last: Double?
            let volume: Double?
            let vwap: Double?
            let low: Double?
            let high: Double?
            let change: Double?
            let change_pct: Double?
            let timestamp: String?
        }
        let channel: String
        let type: String
        let data: [Ticker]
    }

    static let unifiedTrade = """
        {"channel":"trade","type":"update","data":[{"symbol":"PF_XBTUSD","side":"sell","price":84021.1,"qty":0.0117,\
        "ord_type":"market","trade_id":62887576,"timestamp":"2026-09-25T17:48:31.123456Z"}]}
        """

    static let unifiedCandle = """
        {"channel":"ohlc","type":"update","timestamp":"2026-09-25T17:48:31.524394914Z","data":[\
        {"symbol":"PF_XBTUSD","open":84020.1,"high":84028.0,"low":84012.4,"close":84021.1,"trades":12,\
        "volume":3.68066226,"vwap":84019.6,"interval_begin":"2026-09-25T17:48:00.000000000Z","interval":1,\
        "tick_type":"trade"}]}
        """

    struct FoundationUnifiedCandles: Decodable {
        struct Candle: Decodable {
            let symbol: String
            let open: Double
            let high: Double
            let low: Double
            let close: Double
            let trades: Int64?
            let volume: Double?
            let vwap: Double?
            let interval_begin: String
            let interval: Int64
            let tick_type: String?
        }
        let channel: String
        let type: String
        let timestamp: String?
        let data: [Candle]
    }

    static let execution = """
        {"channel":"executions","type":"update","data":[{"order_id":"a08aed17-f1a6-4db6-876c-2de5df84951c",\
        "cl_ord_id":"b661bad0-7037-4b73-9e07-a65b515e4ef7","exec_type":"trade","order_status":"filled",\
        "symbol":"PF_ETHUSD","side":"buy","order_type":"market","order_qty":0.001,"cum_qty":0.001,"avg_price":3162.0,\
        "exec_id":"6a22a3fb-e18e-4e76-b841-8689735c9158","last_qty":0.001,"last_price":3162.0,"liquidity_ind":"t",\
        "fees":[{"asset":"USD","qty":0.001581}],"timestamp":"2026-09-25T17:48:31.123456Z"}],"sequence":8}
        """

    struct FoundationExecutions: Decodable {
        struct Fee: Decodable {
            let asset: String
            let qty: Double
        }
        struct Execution: Decodable {
            let order_id: String
            let cl_ord_id: String?
            let exec_type: String
            let order_status: String?
            let symbol: String?
            let side: String?
            let order_type: String?
            let order_qty: Double?
            let cum_qty: Double?
            let avg_price: Double?
            let exec_id: String?
            let last_qty: Double?
            let last_price: Double?
            let liquidity_ind: String?
            let fees: [Fee]?
            let timestamp: String?
        }
        let channel: String
        let type: String
        let data: [Execution]
        let sequence: Int64?
    }
}
