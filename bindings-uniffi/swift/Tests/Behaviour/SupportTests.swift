import TestSupport
import Testing

/// What the tests rest on is right itself.
@Suite struct SupportTests {
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
    ])
    func md5IsThatOfItsSpecification(_ text: String, _ digest: String) {
        #expect(md5(text) == digest)
    }

    @Test(arguments: [
        ("1.10", "1.1", true), ("100", "1e2", true), ("-0", "0", true), ("0.001", "1E-3", true), ("0e9", "0", true),
        ("1", "-1", false), ("12345678901234567891", "12345678901234567892", false), ("1", "true", false),
        ("\"1\"", "1", false), ("[1,2]", "[2,1]", false), ("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true),
        ("{\"a\":1}", "{\"a\":1,\"b\":2}", false), ("\"\u{E9}\"", "\"e\u{301}\"", false), ("null", "{}", false),
    ])
    func jsonSaysTheSame(_ one: String, _ other: String, _ isSame: Bool) throws {
        #expect(try JSON.says(JSON(one), JSON(other)) == isSame)
    }

    @Test func jsonIsWrittenAsItWasRead() throws {
        let text =
            "{\"b\":[1.10,-0,1e400,12345678901234567891],\"a\":\"\\\"\\\\\\n\\u0001é\",\"c\":[null,true,false,{}]}"
        #expect(try JSON(text).written == text)
        let escaped = #""\ud83d\ude00\/""#
        #expect(try JSON(escaped).string == "😀/")
    }

    @Test func anyJsonIsReadAgain() throws {
        var random = Seeded(1)
        for _ in 0..<200 {
            let json = random.json()
            #expect(try JSON.says(JSON(json.written), json))
        }
    }
}
