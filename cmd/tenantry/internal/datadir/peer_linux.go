package datadir

import (
	"net"
	"syscall"
)

// PeerUser returns the user of the operating system at the other end of a connection over
// the admin socket, as "name (uid)": the kernel vouches for it. It is empty for any other
// connection.
func PeerUser(c net.Conn) string {
	socket, ok := c.(*net.UnixConn)
	if !ok {
		return ""
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return ""
	}
	peer := ""
	_ = raw.Control(func(descriptor uintptr) {
		if credentials, err := syscall.GetsockoptUcred(int(descriptor), syscall.SOL_SOCKET, syscall.SO_PEERCRED); err == nil {
			peer = userOf(int(credentials.Uid))
		}
	})
	return peer
}
