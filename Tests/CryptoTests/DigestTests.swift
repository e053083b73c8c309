import Crypto
import Testing

@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 is that of FIPS 180-4's examples`(text: String, digest: String) {
        #expect(Text.hex(SHA256.digest(of: text)) == digest)
        #expect(Text.hex(SHA256.digest(Array(text.utf8))) == digest)
    }

    @Test func `SHA-1 is that of the handshake in RFC 6455 section 1_3`() {
        let key = "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        #expect(Text.base64(SHA1.digest(Array(key.utf8))) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `base64 is that of RFC 4648 section 10, both ways`(text: String, encoded: String) {
        #expect(Text.base64(Array(text.utf8)) == encoded)
        #expect(Text.bytes(base64: encoded) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg=", "Zg", "Z===", "====", "Zm9v!A==", "Zg==Zg==", "Zm 9v", "-_--"])
    func `what is no base64 is refused`(text: String) {
        #expect(Text.bytes(base64: text) == nil)
    }

    @Test func `base64 brings every byte back`() {
        for count in 0...260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Text.bytes(base64: Text.base64(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        ("secret", "secret", true), ("secret", "Secret", false), ("secret", "secret ", false),
        ("", "", true), ("", "x", false),
    ])
    func `secrets are equal only when every byte is`(left: String, right: String, same: Bool) {
        #expect(Secrets.areEqual(Array(left.utf8), Array(right.utf8)) == same)
    }

    @Test func `random bytes differ from draw to draw`() {
        let draws = Set((0..<100).map { _ in Secrets.random(16) })
        #expect(draws.count == 100)
        #expect(draws.allSatisfy { $0.count == 16 })
    }
}
