import ServiceKit

@testable import Ingest

/// A service account that nobody has; its key is the one of RFC 7515 appendix A.2.
enum TestAccount {
    static let email = "tally@payer.iam.gserviceaccount.example"

    /// In JSON: newlines as `\n`.
    private static let key = #"""
        -----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC\#
        h+BYK4uPJtGXO\njS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL\#
        \naYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn\njuygxmj3AbON\#
        v/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5\nROjtZMEQxrZHYJqkeDrrnGya11\#
        UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf\ntoaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62E\#
        WQwuz3WTOTY8BwNNb2BvniHg\nVFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2\#
        JZD50LpXyW\nPEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G\nO+\#
        pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj\nkn439X0M/V51gfpR\#
        LI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6\nXCLQUShb1juUO1ZdiYoFaFQT5Tw8bG\#
        Ul/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB\n4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKB\#
        gQDgHMQQ60imZV1URk0K\npLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGi\#
        gp5BNr\n0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE\nlMGAg+\#
        C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6\nkqa0finGG0KgeqlaZPxg\#
        CZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP\nrq3rbAOal78eUH5OcED6eNuCV8ixEu1eWc\#
        PNCS/l1OW1EnXUEoEHKl54Xrrz2uNw\nkgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5\#
        y0MAk3g7/Ls5bkUp\n5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVd\#
        s2\n9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/\nevpitUf+4J\#
        YbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG\nyoAe9fa65iNqCq+jdw6PVNGo\#
        2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj\nOYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIk\#
        x1AoGAIYd7DHOhrWvxkwPQsRM2\ntOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2M\#
        owX7fhd/QJQ3\nydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56\n\#
        03k2+ZQwVK0JKSHuLFkuQ3U=\n-----END PRIVATE KEY-----
        """#

    /// A key file; `change` sets members to another JSON text, or takes them out with "".
    static func file(tokenURI: String, _ change: [String: String] = [:]) -> String {
        var members = [
            "type": "\"service_account\"", "project_id": "\"payer\"",
            "private_key_id": "\"key-1\"", "private_key": "\"\(key)\"",
            "client_email": "\"\(email)\"", "token_uri": "\"\(tokenURI)\"",
        ]
        for (name, text) in change { members[name] = text.isEmpty ? nil : text }
        let pairs = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        return "{\(pairs.joined(separator: ", "))}"
    }

    static func account(tokenURI: String) throws -> ServiceAccount {
        try ServiceAccount(file(tokenURI: tokenURI))
    }

    /// Some of the key that must never show up anywhere.
    static let secret = "WQwuz3WTOTY8BwNNb2BvniHg"
}
