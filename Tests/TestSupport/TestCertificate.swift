import Foundation

/// A certificate for `localhost` and 127.0.0.1 that signs itself, good until 2120. Its key guards nothing.
public enum TestCertificate {
    public static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBZjCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
        c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
        CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPV2pDNiGsrvY9GK
        BV+nUfODZCMytjWMv5ycLp/+BkKTImtNWL9V8IDdnXIFiBUgkrAtEEVzybfs08k9
        cn1upmSjTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
        BTADAQH/MB0GA1UdDgQWBBRfnMY/OXGcdqsF6vCPdVccoPRkoTAKBggqhkjOPQQD
        AgNHADBEAiABB09Qi3d5opiPzcYCyldgoFbt1yWJWSW4UIO5emk0IQIgItOQBrkt
        PHEebNkj0pd6HPS+jM4TMKNJG6SgnoZH5uM=
        -----END CERTIFICATE-----

        """
    public static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrnYeDPvLdj7T8Zs6
        cP47RYdOA30UFN9CgjKGGuMfJSuhRANCAAT1dqQzYhrK72PRigVfp1Hzg2QjMrY1
        jL+cnC6f/gZCkyJrTVi/VfCA3Z1yBYgVIJKwLRBFc8m37NPJPXJ9bqZk
        -----END PRIVATE KEY-----

        """

    /// In a folder of its own, for the length of `body`.
    public static func inFiles(_ body: (_ certificate: String, _ key: String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "trident-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { print("not removed: \(folder.path)") }
        }
        let files = (folder.appending(path: "certificate.pem"), folder.appending(path: "key.pem"))
        try Data(certificate.utf8).write(to: files.0)
        try Data(key.utf8).write(to: files.1)
        try await body(files.0.path, files.1.path)
    }
}
