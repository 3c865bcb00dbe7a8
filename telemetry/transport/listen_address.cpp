// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/listen_address.h"

#include <array>
#include <charconv>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace wattline {
namespace {

constexpr int kLastPort = 65'534;  // clients use the next one

struct HostAndPort {
    std::string host;
    std::string_view port;
};

/// Cuts at the colon that is not part of an IPv6 address.
HostAndPort split(std::string_view text) {
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return {std::string(text), {}};
        const auto rest = text.substr(close + 1);
        return {std::string(text.substr(1, close - 1)),
                rest.starts_with(':') ? rest.substr(1) : rest};
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
        return {std::string(text), {}};
    return {std::string(text.substr(0, colon)), text.substr(colon + 1)};
}

bool isEveryInterface(const sockaddr* address) {
    if (address->sa_family == AF_INET)
        return reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr == INADDR_ANY;
    const auto* six = reinterpret_cast<const sockaddr_in6*>(address);
    return IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr);
}

tl::unexpected<Error> refuseEveryInterface(std::string_view text) {
    return fail(ExitCode::Usage, "'" + std::string(text) +
                                     "' stands for every network of this machine; name the one "
                                     "address that the compute nodes reach, such as 10.0.0.5");
}

/// The first address of that name, as numbers.
Result<std::string> numericHost(const std::string& host, std::string_view text) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (error != 0 || found == nullptr)
        return fail(ExitCode::Usage, "there is no address for '" + host + "' (" +
                                         ::gai_strerror(error) +
                                         "); give an address or a name of this machine");
    std::array<char, NI_MAXHOST> numbers{};
    const bool everywhere = isEveryInterface(found->ai_addr);
    const bool six = found->ai_family == AF_INET6;
    ::getnameinfo(found->ai_addr, found->ai_addrlen, numbers.data(), numbers.size(), nullptr, 0,
                  NI_NUMERICHOST);
    ::freeaddrinfo(found);
    if (everywhere) return refuseEveryInterface(text);
    const std::string numeric = numbers.data();
    return six ? "[" + numeric + "]" : numeric;
}

}  // namespace

std::string ListenAddress::endpoint(int offset) const {
    return "tcp://" + host + ":" + (port == 0 ? "*" : std::to_string(port + offset));
}

Result<ListenAddress> parseListenAddress(std::string_view text) {
    const auto [host, port] = split(text);
    if (host.empty() || host == "*") return refuseEveryInterface(text);
    ListenAddress address;
    if (!port.empty()) {
        const auto parsed = std::from_chars(port.data(), port.data() + port.size(), address.port);
        if (parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size() ||
            address.port < 1 || address.port > kLastPort)
            return fail(ExitCode::Usage, "the port of '" + std::string(text) +
                                             "' must be a number from 1 to " +
                                             std::to_string(kLastPort));
    }
    auto numeric = numericHost(host, text);
    if (!numeric) return tl::unexpected(numeric.error());
    address.host = std::move(*numeric);
    return address;
}

}  // namespace wattline
