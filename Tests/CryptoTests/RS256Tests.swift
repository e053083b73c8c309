import Crypto
import Testing

/// Keys for tests: known to everybody, good for nothing.
private enum TestKeys {
    /// The key of RFC 7515 appendix A.2 in PKCS#8.
    static let rfc7515 = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXO
        jS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL
        aYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn
        juygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5
        ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf
        toaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHg
        VFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW
        PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G
        O+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj
        kn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6
        XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB
        4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0K
        pLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr
        0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE
        lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6
        kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP
        rq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNw
        kgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp
        5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds2
        9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/
        evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG
        yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj
        OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2
        tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3
        ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56
        03k2+ZQwVK0JKSHuLFkuQ3U=
        -----END PRIVATE KEY-----
        """
    /// Of 1024 bits.
    static let short = """
        -----BEGIN PRIVATE KEY-----
        MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAKowuvsrJRCrWrgq
        Ytb4vlwgBMC3Y+Q6nGH6x8+lOSXxuzWcb0HkokjO8Xk5niRhyn/yrbxWNJEjH7l7
        bzLyVOxSkMyZseVaEsTH1usJDh4r7Y+5hNXWY+IdCByniy5rDdIMsSlChXdwcvrA
        RO2zoTLdmKEdWwQl4tGuK5Q9Koy3AgMBAAECgYEAmPHSF4ZeeOyFSpxM1wQTjpb3
        rnkgvCov/51vk5vYD9F9fGBpW74sWWIgf+DXzbpUUUe1+ls+QnBeQkI7XH2K8p5z
        q1s3kPHai2iceRTE+HTIvkY0mUjE/CF67zJPVVIV/1Br3zOb9H9xfsKDBR5FmzGk
        Ip89OXUPWU8nXsvR/4ECQQDaZr1yX4m/17VLZnLrqRHDuzH+twDuPejHIBOHnndD
        hFhce3lChd/P+2cKnYd1VSu7HM3czEyN0fyBZKjSsCLDAkEAx31DdQ/RlOUuxKno
        N9Sur4vKFmJQtfGDxjFncQWmP57R6imoWibH+0S/Fs1odpU4EFXDzFikUdrw//x6
        qt/m/QJAVfVN5vAXRTxfDHgcDwiSB1lsCfZ5FUukjIrhZOVHx3kVVgD67uXF+xPV
        sGXj5JhLB/AETjzSfJcDLOIzWAkfBQJAeEV1XiZjXTmvsLIfZ0m65+uHs2ci8g7i
        O6Odke6uBL1kIaFr9q5a84rHCqBc0uG0I2UR3ymyKAewNSWrb0n+oQJAVU7Ztd2o
        l8A1pPhQDaQhrWamN2FpXf8eFkRRz8HNaPE3acNouj0oK+BR2U8kUfsjGfqivEfx
        WKb2jIy5DbuCUg==
        -----END PRIVATE KEY-----
        """
    /// Not RSA.
    static let elliptic = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvaPJJicXsnUUXpox
        lsRXBRMtsdS9c9HpBxE56Jf/1auhRANCAASvKUupR2ulZeGj4rzNanDrsENSQwix
        o0CVnafyI48gz7bXL8wpHUvfVns8hH/Uu8/gLY2bh36yJdKjJkEyWNUE
        -----END PRIVATE KEY-----
        """
    /// Behind a passphrase.
    static let locked = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIFNTBfBgkqhkiG9w0BBQ0wUjAxBgkqhkiG9w0BBQwwJAQQUhRoR/pXE8Eq7dJD
        O8aPEQICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEOCVMvJahwpWyXTl
        ixUpBu4EggTQ5PSR9jA3gJl97b36g/9kBZioCFVNmsYN5TItU+zzZFSc0bwt1Ifv
        HCDvbcZxlSKza+FlJzE3AR14dXacf/19Fve3g2HRdRIFcGcXnAhvNK+IbsI4585+
        nI0SLQC8beYR7q3t+N9kvcsKrNnWc1k2SH6CL8pHvA5bz53SwTDnRCKozZGqJ6iA
        FHt3MjCJfB/QS0uTqksdnnFgOCSaOc52Ie7LSiYNz83xCN7R1JkOWApOuRRdaeSZ
        iyPzRhlCO4qtTfZAGRJy80Mo8QmlVMXBg4Tcm/m5IpXyvCAEDSs/rjxvz+dQa0r4
        vqDa/WMfR8YzxDTR0UP2yMReR0b1hIlpmyA6dK+XudrV/QW7i43fnoxgIJON6Ie7
        ZdWcg+GMIYJJP+DA7WM9CZBuTckY6qnsEHxqR1UQAZJrnKe0pl1qWmldMPbHqmqG
        UtZ5buDPbJFBv74ZTJ8DxAoupInE7bAghqFY3Cjp6gKgliBc2eUozzzkAKpYei82
        vxrWksqmaITAZg1zMa/v2NRF7n2b9UzDwrT+vY7bfqEeaHQdwjqBgE5oHSEUzdsU
        A5bW+GaJsVq0IA4T99EF/emR7c5iRaOGkRBEzjl6W1oKMUXmOBAGDuRKAwtzp2wq
        uXblCb20CCfX9YW0z39d8tR7d22irdniQNVy0vB5Glpn4fmUBAQZYeyqR1nNZF8y
        CGLaodmstvQcH8S3pnhOpKjtlJ4PdfpRIM/WU71HvCm/ccLlk2FOL3fkt3PLkVWw
        hNGVWEedHcPIa1+qCb8MbQ3ubLhMPA8KwazGAilN6v1hy9q8xqWRlVDvuj3C1Yes
        MCJE9tFOANTA+mwoCSrPNfHaUcl2Hl5vP5dh+DnZnQrBtj468imObCBdahDII1lj
        phQg5obwVXCahiRlWW/+4DLmmKZIy4gKI4HD4mrBSeo7rYVv1O27uDtzBt8201Z8
        rWdgSB+yFNEAqResdv7SZZ2AUHKQIwwWti2qLnyjG3bzMSRyTcAWN98LyY8CjAtg
        1fES5Ui4azMdSo4n8Omg1dS+7A+dCKX1e7nIoOFArcNGhM0resOXR1Ki6/Nz0Emy
        v/h3Yop1TVr9+r26ttamqkel5+9cVD+VqZqiwfpnbgszp/8eFDOStG+96XmYb11c
        zE2rAdby5ogbU/OYVFv+tT86yhqTdPLgZEDLzog+z3MpEod+9T1bnePCqXDoR5t/
        m13Hr6aTvTdcGSv5l42Ter6pLu/fHqczekRBPuKenCQDnni1/MXH+XuLLvPqxnrM
        rprjLuRygmZ1EmXSUwA2CODDhDTByPlbkhw11F/vWLBBV5uJ/lEy6uxZyBtcsDF/
        2QEC7/mvlu7Wnwg/NjIJmzI6ALRUFLl3tayRex7TLfqclHy3zRSuv7O50u2X2zK1
        ghZn38hL7Ov/s6A1//EJTVHrv+rPQwOjDZfxMnanWu/lXWjWqMDc0xMHgG5+D+4i
        ToxhOG+X589oTkgCFd6z+pXGxKNjnT87/A1Krq3xSLqgtzDwtrtiVfjkmCk/4uCZ
        RUdMsi4ySIZXmihs2QcqvQeE7hm6xvV1T5VEUtgjmLAKbS7aoIjpk7PQehPdG/D7
        fPeP8+0QEZ9vFUU49XutPHVpDo+JAsBXKS4ky/SZTvXATJqixDh95xI=
        -----END ENCRYPTED PRIVATE KEY-----
        """
}

@Suite struct RS256Tests {
    /// RFC 7515 appendix A.2: what is signed, and its signature.
    private static let input =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    private static let signature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8"
        + "W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNP"
        + "vkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1"
        + "phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"

    @Test func `SRC-22 a text is signed as RFC 7515 signs it`() throws {
        let signature = try RS256.sign(Array(Self.input.utf8), pem: TestKeys.rfc7515)
        #expect(Text.base64URL(signature) == Self.signature)
    }

    @Test(arguments: [
        ("", RS256.Fault.unreadableKey), ("no key", .unreadableKey),
        (TestKeys.locked, .unreadableKey), (TestKeys.short, .tooShort),
        (TestKeys.elliptic, .notRSA),
        (String(TestKeys.rfc7515.dropLast(600)), .unreadableKey),
    ])
    func `SRC-22 a key that cannot sign is named for what it is`(pem: String, fault: RS256.Fault) {
        #expect(throws: fault) { try RS256.check(pem: pem) }
        #expect(throws: fault) { _ = try RS256.sign([1], pem: pem) }
    }

    @Test func `a good key passes the check`() throws {
        try RS256.check(pem: TestKeys.rfc7515)
    }

    @Test(arguments: [
        ([UInt8](), ""), ([0xff], "_w"), ([0xfb, 0xff], "-_8"), ([0xfb, 0xff, 0xfe], "-__-"),
        ([1, 2, 3, 4], "AQIDBA"),
    ])
    func `base64 for addresses has its own two letters and no padding`(
        bytes: [UInt8], text: String
    ) {
        #expect(Text.base64URL(bytes) == text)
    }
}
