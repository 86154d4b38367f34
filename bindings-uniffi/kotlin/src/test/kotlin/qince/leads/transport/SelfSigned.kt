package qince.leads.transport

import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import java.util.Base64
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext

/** A certificate for 127.0.0.1 that nobody vouches for, made once by the JDK's keytool. */
internal object SelfSigned {
    private const val PASSWORD = "changeit"

    private val store: KeyStore = run {
        val file = Files.createTempDirectory("self-signed").resolve("store.p12")
        val words = "-genkeypair -alias server -keyalg EC -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -storetype PKCS12"
        val command = listOf("${Path.of(System.getProperty("java.home"), "bin", "keytool")}") + words.split(' ') +
            listOf("-storepass", PASSWORD, "-keystore", "$file")
        val made = ProcessBuilder(command).redirectErrorStream(true).start()
        val said = made.inputReader().readText()
        check(made.waitFor() == 0) { said }
        KeyStore.getInstance("PKCS12").apply { Files.newInputStream(file).use { load(it, PASSWORD.toCharArray()) } }
    }

    /** The certificate, for those who are to trust it. */
    val pem: String = "-----BEGIN CERTIFICATE-----\n" +
        Base64.getMimeEncoder().encodeToString(store.getCertificate("server").encoded) + "\n-----END CERTIFICATE-----\n"

    /** What a server shows it by. */
    val server: SSLContext = SSLContext.getInstance("TLS").apply {
        val keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
        keys.init(store, PASSWORD.toCharArray())
        init(keys.keyManagers, null, null)
    }
}
