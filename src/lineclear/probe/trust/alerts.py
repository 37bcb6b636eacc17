"""The names of TLS alerts, in the words of RFC 8446 section 6.

OpenSSL spells one alert in as many ways as there were versions of TLS, and knows no name for some. So its reason is
brought to the RFC's word, and where it has none the alert is read from the record itself: it came in clear.
"""

GOODBYE = "close_notify"
"""The far end ends the conversation in order; no complaint."""
_PREFIXES = ("SSLV3_ALERT_", "TLSV1_ALERT_", "TLSV13_ALERT_", "TLSV1_")
_ALERT = 21
_RECORD_SIZE = 7
_NAMES = {
    0: GOODBYE,
    10: "unexpected_message",
    20: "bad_record_mac",
    21: "decryption_failed",
    22: "record_overflow",
    30: "decompression_failure",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    60: "export_restriction",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    111: "certificate_unobtainable",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    114: "bad_certificate_hash_value",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
    121: "ech_required",
}
_WORDS = frozenset(_NAMES.values())


def alert_of(reason: str, last_heard: bytes) -> str:
    """The alert behind a failed handshake, or nothing: it was not an alert that ended it.

    Args:
        reason: OpenSSL's reason, such as `SSLV3_ALERT_HANDSHAKE_FAILURE`; empty: it knows no name for what happened.
        last_heard: the last bytes the far end sent before the failure.
    """
    if not reason:
        return _in_clear(last_heard)
    for prefix in _PREFIXES:
        word = reason.removeprefix(prefix).lower().replace("cancelled", "canceled")
        if reason.startswith(prefix) and word in _WORDS:
            return word
    return ""


def _in_clear(last_heard: bytes) -> str:
    """The alert of an unencrypted record at the end of what was heard: type, version, length 2, level, number."""
    record = last_heard[-_RECORD_SIZE:]
    if len(record) == _RECORD_SIZE and record[:2] == bytes((_ALERT, 3)) and record[3:5] == b"\x00\x02":
        return _NAMES.get(record[6], f"alert {record[6]}")
    return ""
