//go:build !linux

package datadir

import "net"

// PeerUser returns the user that this process runs as for a connection over the admin
// socket, because no other user may open it; these systems do not say in one way who did.
// It is empty for any other connection.
func PeerUser(c net.Conn) string {
	if _, ok := c.(*net.UnixConn); !ok {
		return ""
	}
	return SelfUser()
}
