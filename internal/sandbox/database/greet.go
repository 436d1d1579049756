package database

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// maxMessage is how long a client's first messages may be.
const maxMessage = 64 << 10

var errProtocol = errors.New("the client speaks another protocol")

// sqlServer answers a prelogin; what comes then would be encrypted, and ends the
// connection.
func sqlServer(c net.Conn, _ string) error {
	const prelogin, reply = 0x12, 0x04
	var head [8]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return err
	}
	length := int(binary.BigEndian.Uint16(head[2:]))
	if head[0] != prelogin || length < 9 || length > maxMessage {
		return errProtocol
	}
	if _, err := io.CopyN(io.Discard, c, int64(length-8)); err != nil {
		return err
	}
	options := []struct {
		token byte
		data  []byte
	}{
		{0, []byte{12, 0, 0x07, 0xd0, 0, 8}}, // version 12.0.2000.8, as Azure SQL says of itself
		{1, []byte{3}},                       // encryption is required
		{2, []byte{0}},                       // the instance is this one
		{3, nil},
		{4, []byte{0}}, // no multiple result sets
	}
	var table, data []byte
	offset := len(options)*5 + 1
	for _, o := range options {
		table = append(table, o.token)
		table = binary.BigEndian.AppendUint16(table, uint16(offset+len(data)))
		table = binary.BigEndian.AppendUint16(table, uint16(len(o.data)))
		data = append(data, o.data...)
	}
	body := append(append(table, 0xff), data...)
	packet := append([]byte{reply, 1, 0, 0, 0, 0, 1, 0}, body...)
	binary.BigEndian.PutUint16(packet[2:], uint16(len(packet)))
	if _, err := c.Write(packet); err != nil {
		return err
	}
	_, err := c.Read(head[:1]) // the client begins to encrypt, or goes
	return err
}

// postgres answers the requests for encryption with no, the start-up with a
// request to authenticate, and whatever comes then with a refusal.
func postgres(c net.Conn, _ string) error {
	const ssl, gss, cancel, version3 = 80877103, 80877104, 80877102, 3 << 16
	for range 4 {
		var head [8]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return err
		}
		length, code := int64(binary.BigEndian.Uint32(head[:])), binary.BigEndian.Uint32(head[4:])
		if length < 8 || length > maxMessage {
			return errProtocol
		}
		if _, err := io.CopyN(io.Discard, c, length-8); err != nil {
			return err
		}
		switch {
		case code == ssl || code == gss:
			if _, err := c.Write([]byte("N")); err != nil {
				return err
			}
			continue
		case code == cancel:
			return nil
		case code>>16 != version3>>16:
			return errProtocol
		}
		if _, err := c.Write(message('R', append(binary.BigEndian.AppendUint32(nil, 10), "SCRAM-SHA-256\x00\x00"...))); err != nil {
			return err
		}
		var typ [5]byte
		if _, err := io.ReadFull(c, typ[:]); err != nil {
			return err
		}
		_, err := c.Write(message('E', []byte("SFATAL\x00VFATAL\x00C28P01\x00Mpassword authentication failed: the sandbox's servers let nobody log in\x00\x00")))
		return err
	}
	return errProtocol
}

// message is one of PostgreSQL's: a type, the length with itself, a body.
func message(typ byte, body []byte) []byte {
	m := binary.BigEndian.AppendUint32([]byte{typ}, uint32(len(body)+4))
	return append(m, body...)
}

// mySQL greets first, and refuses whoever answers.
func mySQL(c net.Conn, id string) error {
	salt := sha256.Sum256([]byte("salt of " + id)) // nobody logs in: it need not change
	for i, b := range salt {
		salt[i] = b%94 + 33 // no zeros, as the protocol asks
	}
	body := append([]byte{10}, "8.0.42-azure\x00"...)
	body = append(body, 1, 0, 0, 0) // the thread
	body = append(append(body, salt[:8]...), 0)
	const capabilities = 0x00000001 | 0x00000008 | 0x00000200 | 0x00002000 | 0x00008000 | 0x00080000 // long password, with database, protocol 4.1, transactions, secure connection, plugins
	body = binary.LittleEndian.AppendUint16(body, capabilities&0xffff)
	body = append(body, 45, 2, 0) // utf8mb4, autocommit
	body = binary.LittleEndian.AppendUint16(body, capabilities>>16)
	body = append(body, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	body = append(append(body, salt[8:20]...), 0)
	body = append(body, "mysql_native_password\x00"...)
	if _, err := c.Write(packet(0, body)); err != nil {
		return err
	}
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return err
	}
	length := int64(head[0]) | int64(head[1])<<8 | int64(head[2])<<16
	if length > maxMessage {
		return errProtocol
	}
	if _, err := io.CopyN(io.Discard, c, length); err != nil {
		return err
	}
	refusal := binary.LittleEndian.AppendUint16([]byte{0xff}, 1045)
	refusal = fmt.Append(refusal, "#28000Access denied: the sandbox's servers let nobody log in")
	_, err := c.Write(packet(head[3]+1, refusal))
	return err
}

// packet is one of MySQL's: the length, a number, a body.
func packet(n byte, body []byte) []byte {
	l := len(body)
	return append([]byte{byte(l), byte(l >> 8), byte(l >> 16), n}, body...)
}
