package qince.leads.transport

import java.io.EOFException
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import javax.net.ServerSocketFactory
import javax.net.ssl.SSLContext
import kotlin.concurrent.thread

/** What a server of [RawServer] received. */
internal class Received(val head: List<String>, val body: ByteArray) {
    val requestLine get() = head.first()

    fun header(name: String): String? =
        head.drop(1).firstOrNull { it.substringBefore(':').equals(name, ignoreCase = true) }?.substringAfter(':')?.trim()
}

/** A server on a port of this machine that answers each request with whatever bytes a test likes, down to none; over TLS if it may. */
internal class RawServer(tls: SSLContext? = null, private val answer: Connection.(Received) -> Unit) : AutoCloseable {
    private val listener: ServerSocket =
        (tls?.serverSocketFactory ?: ServerSocketFactory.getDefault()).createServerSocket(
            0,
            BACKLOG,
            InetAddress.getByName("127.0.0.1"),
        )
    private val sockets = LinkedBlockingQueue<Socket>()
    private val requests = LinkedBlockingQueue<Received>()
    private val hangUps = LinkedBlockingQueue<Unit>()

    val port get() = listener.localPort
    val url = "${if (tls == null) "http" else "https"}://127.0.0.1:$port"

    /** How many requests came that [awaitRequest] has not taken. */
    val waiting get() = requests.size

    init {
        thread(isDaemon = true) {
            // The listener ends by an exception when it is closed.
            runCatching { while (true) serve(listener.accept()) }
        }
    }

    /** The next request that came. */
    fun awaitRequest(): Received = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) ?: throw AssertionError("no request came")

    /** Waits until a client has closed the connection of a request that was not answered. */
    fun awaitHangUp(what: String) {
        hangUps.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) ?: throw AssertionError("the client did not hang up $what")
    }

    override fun close() {
        listener.close()
        sockets.forEach(Socket::close)
    }

    private fun serve(socket: Socket) {
        sockets += socket
        thread(isDaemon = true) {
            // Whoever goes away in the middle ends the thread of its connection, and nothing else.
            runCatching {
                socket.use {
                    val input = it.getInputStream().buffered()
                    val connection = Connection(it, input)
                    do {
                        val received = read(input)
                        requests += received
                        connection.isKept = false
                        connection.answer(received)
                    } while (connection.isKept)
                }
            }
        }
    }

    private fun read(input: InputStream): Received {
        val head = generateSequence { line(input) }.takeWhile(String::isNotEmpty).toList()
        val length = Received(head, ByteArray(0)).header("Content-Length")?.toInt() ?: 0
        if (head.isEmpty()) throw EOFException()
        return Received(head, input.readNBytes(length))
    }

    private fun line(input: InputStream): String =
        generateSequence { input.read().takeIf { it >= 0 && it != '\n'.code } }.map(Int::toChar).joinToString("").trimEnd('\r')

    /** The connection on which a request came. */
    inner class Connection(private val socket: Socket, private val input: InputStream) {
        /** Whether a further request is waited for. */
        var isKept = false

        fun send(text: String) = send(text.toByteArray())

        fun send(bytes: ByteArray) {
            socket.getOutputStream().write(bytes)
            socket.getOutputStream().flush()
        }

        /** A whole reply. */
        fun reply(status: Int, body: ByteArray, vararg headers: String) {
            val head = listOf("HTTP/1.1 $status Status", "Content-Length: ${body.size}", "Connection: close") + headers
            send(head.joinToString("\r\n", postfix = "\r\n\r\n").toByteArray() + body)
        }

        fun reply(status: Int, body: String, vararg headers: String) = reply(status, body.toByteArray(), *headers)

        /** A whole reply on a connection that is kept. */
        fun keep(body: ByteArray) {
            isKept = true
            send("HTTP/1.1 200 OK\r\nContent-Length: ${body.size}\r\n\r\n".toByteArray() + body)
        }

        /** Breaks the connection off, so that the client's side sees a reset. */
        fun reset() {
            socket.setSoLinger(true, 0)
            socket.close()
        }

        /** Answers nothing, and waits until the client goes away. */
        fun hang() {
            runCatching { input.readAllBytes() }
            hangUps += Unit
        }
    }

    private companion object {
        const val BACKLOG = 50
        const val PATIENCE_SECONDS = 5L
    }
}
