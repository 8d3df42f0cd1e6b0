import Foundation
import TestSupport
import Wire

/// The messages that broken ones are made from.
public enum Corpus {
    /// Frames of sockets: a few that are always there, and those of every recorded or documented file up to `largest`
    /// bytes.
    public static func frames(largest: Int) throws -> [[UInt8]] {
        try literalFrames
            + recorded(["futures", "futures/doc-sample", "unified", "unified/spot_base", "spot"], largest) {
                !$0.hasPrefix("rest_")
            }
    }

    /// Answers of REST.
    public static func answers(largest: Int) throws -> [[UInt8]] {
        try literalAnswers + recorded(["futures", "futures/doc-sample", "spot"], largest) { $0.hasPrefix("rest_") }
    }

    public static var forms: [[UInt8]] {
        [
            "/derivatives/api/v3/sendorder\norderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=50000"
                + "&cliOrdId=demo-1&reduceOnly=false&processBefore=2023-11-14T22%3A13%3A20.000Z",
            "/derivatives/api/v3/batchorder\njson=%7B%22batchOrder%22%3A%5B%7B%22order%22%3A%22send%22%2C%22order_tag%22"
                + "%3A%221%22%2C%22orderType%22%3A%22lmt%22%2C%22symbol%22%3A%22PF_XBTUSD%22%2C%22side%22%3A%22buy%22%2C"
                + "%22size%22%3A0.001%2C%22limitPrice%22%3A50000%7D%2C%7B%22order%22%3A%22cancel%22%2C%22order_id%22%3A"
                + "%221%22%7D%5D%7D",
            "/derivatives/api/v3/editorder\norderId=1&size=2&qtyMode=ABSOLUTE&stopPrice=3",
            "/derivatives/api/v3/cancelallordersafter\ntimeout=60",
            "/derivatives/api/v3/orders/status\norderIds=1&cliOrdIds=2",
        ].map { Array($0.utf8) }
    }

    private static let literalFrames: [[UInt8]] = [
        #"{"event":"subscribe","feed":"fills","api_key":"k","original_challenge":"c","signed_challenge":"s"}"#,
        #"{"event":"subscribed","feed":"ticker","product_ids":["PF_XBTUSD"]}"#,
        #"{"feed":"book","product_id":"PF_XBTUSD","side":"sell","seq":115358039,"price":83999.0,"qty":0.0,"timestamp":1790359997729}"#,
        #"{"time":1790359997224,"product_id":"PF_XBTUSD","relative_funding_rate":0.00001089345,"feed":"ticker","bid":84001.0,"ask":84002.0,"volume":4237.2723,"index":83995.76,"last":83997.0,"suspended":false,"tag":"perpetual","markPrice":84004.11362574516}"#,
        #"{"feed":"open_orders","order":{"instrument":"PF_XBTUSD","time":1775831958755,"qty":0.0,"filled":0.0001,"type":"limit","order_id":"a182","direction":0},"is_cancel":true,"reason":"full_fill"}"#,
        #"{"method":"add_order","params":{"asset_class":"derivatives","symbol":"PF_XBTUSD","side":"sell","order_type":"stop-loss","order_qty":0.01,"triggers":{"reference":"index","price":58000},"token":"t"},"req_id":21}"#,
        #"{"channel":"positions","type":"update","data":{"futures":[{"symbol":"PF_XBTUSD","size":-0.5,"entry_price":61000.5,"liquidation_threshold":9572.8}],"options":[]}}"#,
        #"{"channel":"margin","type":"multi_collateral","data":{"portfolio_value":1.5}}"#,
        #"{"channel":"ledgers","type":"update","data":[{"ledger_id":"1","amount":-1.5}],"sequence":3}"#,
        #"{"channel":"executions","type":"update","data":[{"order_id":"1","exec_type":"trade","last_qty":0.1,"fees":[{"asset":"USD","qty":0.1}]}],"sequence":9}"#,
    ].map { Array($0.utf8) }

    private static let literalAnswers: [[UInt8]] = [
        #"{"result":"error","error":"authenticationError","serverTime":"2026-09-25T17:54:01.754Z"}"#,
        #"{"result":"success","sendStatus":{"order_id":"1","status":"placed","receivedTime":"2023-04-08T11:59:23.887Z","orderEvents":[{"order":{"orderId":"1","type":"lmt","symbol":"PF_XBTUSD","side":"buy","quantity":5,"filled":0,"limitPrice":1,"timestamp":"2023-04-08T11:59:23.887Z"},"type":"PLACE"}]}}"#,
        #"{"instruments":[{"symbol":"PF_XBTUSD","type":"flexible_futures","tickSize":1,"contractSize":1,"maxPositionSize":1200.0,"marginLevels":[{"numNonContractUnits":0.0,"initialMargin":0.01,"maintenanceMargin":0.005}],"maxRelativeFundingRate":0.005,"contractValueTradePrecision":4,"base":"BTC","quote":"USD"}]}"#,
        #"{"orders":[{"order":{"type":"TRIGGER_ORDER","orderId":"1","symbol":"PF_XBTUSD","side":"buy","quantity":1,"priceTriggerOptions":{"triggerPrice":2,"triggerSide":"TRIGGER_ABOVE"}},"status":"TRIGGER_PLACED"}]}"#,
        #"{"permissions":{"general":"FULL_ACCESS","withdrawal":"NO_ACCESS"},"allowedCidrBlocks":["10.0.0.0/8"]}"#,
    ].map { Array($0.utf8) }

    /// Nothing when the recordings are not beside the checkout.
    private static func recorded(_ folders: [String], _ largest: Int, _ isWanted: (String) -> Bool) throws -> [[UInt8]]
    {
        var messages: [[UInt8]] = []
        for folder in folders {
            let path = SharedData.path("../fixtures/kraken/" + folder)
            guard FileManager.default.fileExists(atPath: path) else { continue }
            for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            where name.hasSuffix(".json") && isWanted(name) {
                let bytes = Array(try Data(contentsOf: URL(filePath: path + "/" + name)))
                guard bytes.count <= largest else { continue }
                if let list = try JSONValue(bytes).array {
                    messages += list.prefix(40).map(\.bytes)
                } else {
                    messages.append(bytes)
                }
            }
        }
        return messages
    }
}
