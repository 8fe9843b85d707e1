"""Which addresses a request may go to."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_http.addresses import Opened, carried_by, may_ask, nature_of
from okr_http.network import look_up


@pytest.mark.parametrize(
    ("text", "nature"),
    [
        ("8.8.8.8", "public"),
        ("127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "shared"),
        ("169.254.169.254", "link-local"),
        ("168.63.129.16", "private"),
        ("0.0.0.0", "unspecified"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("2606:4700::1111", "public"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("fe80::1", "link-local"),
        ("fe80::1%2", "link-local"),
        ("fd00:ec2::254", "private"),
        ("fec0::1", "private"),
        ("ff02::1", "multicast"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:8.8.8.8", "public"),
        ("::127.0.0.1", "reserved"),
        ("64:ff9b::a9fe:a9fe", "link-local"),
        ("64:ff9b::808:808", "public"),
        ("64:ff9b:1::808:808", "private"),
        ("2002:7f00:1::", "loopback"),
        ("2001::1", "reserved"),
        ("2001:db8::1", "reserved"),
        ("4000::1", "reserved"),
    ],
)
def test_an_address_is_what_the_registries_say(text: str, nature: str) -> None:
    assert nature_of(ip_address(text)) == nature


@pytest.mark.parametrize(
    "form", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "127.0.0.1"]
)
def test_other_ways_to_write_loopback_are_loopback(form: str) -> None:
    assert {nature_of(address) for address in look_up(form, 443)} == {"loopback"}


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_that_python_calls_special_may_be_asked(
    address: IPv4Address | IPv6Address,
) -> None:
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    carrier = isinstance(address, IPv6Address) and carried_by(address) is not None
    if special and not carrier:
        assert not may_ask(address, Opened())


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_ipv6_carries_it(address: IPv4Address) -> None:
    number = int(address)
    mapped = IPv6Address((0xFFFF << 32) | number)
    translated = IPv6Address((0x64FF9B << 96) | number)
    tunnelled = IPv6Address((0x2002 << 112) | (number << 80))
    assert {nature_of(each) for each in (mapped, translated, tunnelled)} == {nature_of(address)}


PRIVATE = Opened(private=True)
LINK_LOCAL = ["169.254.169.254", "169.254.1.1", "fe80::1", "::ffff:169.254.169.254"]


@pytest.mark.parametrize("text", ["10.0.0.1", "127.0.0.1", "100.64.0.1", "::1", "fd00::1"])
def test_allow_private_opens_what_can_answer(text: str) -> None:
    assert may_ask(ip_address(text), PRIVATE)
    assert Opened.word_for(nature_of(ip_address(text))) == "allow_private"


@pytest.mark.parametrize("text", ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1"])
def test_no_word_opens_what_cannot(text: str) -> None:
    assert not may_ask(ip_address(text), Opened(private=True, link_local=True))
    assert Opened.word_for(nature_of(ip_address(text))) == ""


@pytest.mark.parametrize("text", LINK_LOCAL)
def test_link_local_addresses_have_a_word_of_their_own(text: str) -> None:
    assert not may_ask(ip_address(text), PRIVATE)
    assert may_ask(ip_address(text), Opened(link_local=True))
    assert Opened.word_for(nature_of(ip_address(text))) == "allow_link_local"
