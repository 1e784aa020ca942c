"""Addresses inside our own network, to which nobody outside may send us."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from yarl import URL

from bot.errors import PermanentError

_WRAPPING = tuple(ipaddress.IPv6Network(each) for each in ("64:ff9b::/96", "::/96"))
"""Networks whose addresses end in one of IPv4."""


async def may_lead(before: URL, after: URL) -> None:
    """May a redirect from one address to the other be followed? Raises `PermanentError`.

    A server outside could otherwise have us ask services in here that trust whoever reaches them. What the configuration
    names itself may be anywhere.
    """
    if after.scheme not in {"http", "https"} or not after.host:
        raise PermanentError(f"{before.host} leads to an address that is no web page.")
    if await _inside(after.host) and not await _inside(before.host or ""):
        raise PermanentError(f"{before.host} leads into our own network, to {after.host}; this is not followed.")


async def _inside(host: str) -> bool:
    """Does this host have an address that is not of the public internet?"""
    return any(not address.is_global for address in await _addresses(host))


async def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        return [_unwrapped(host)]
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return []  # it leads nowhere, and asking will say so
    return [_unwrapped(str(each[4][0])) for each in found]


def _unwrapped(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address, as IPv4 where IPv6 only wraps one: mapped, translated (RFC 6052), by 6to4, or as it was once written."""
    read = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(read, ipaddress.IPv4Address):
        return read
    if any(read in network for network in _WRAPPING) and not (read.is_loopback or read.is_unspecified):
        return ipaddress.IPv4Address(int(read) & 0xFFFFFFFF)
    return read.ipv4_mapped or read.sixtofour or read
