package models

import "net/netip"

// SignInSource is the part of an IP address that stands for one household or one attacker when wrong passwords are counted: IPv4 whole,
// of IPv6 the /64 that a subscriber gets. What is no address is "unknown".
func SignInSource(ip string) string {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return "unknown"
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	return netip.PrefixFrom(address, 64).Masked().String()
}
