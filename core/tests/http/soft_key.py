"""A security key in software: makes and uses passkeys as a browser would, with fields that can be bent."""

import base64
import json
import os
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class SoftKey:
    """One key, for one site."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.counter = 1

    def make(self, options: dict[str, Any], origin: str = "http://localhost", rp_id: str = "") -> dict[str, Any]:
        """The answer of `navigator.credentials.create`."""
        client = self._client("webauthn.create", options["challenge"], origin)
        numbers = self._key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        data = self._data(rp_id or options["rp"]["id"], 0x45)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(attestation)})

    def use(
        self, options: dict[str, Any], origin: str = "http://localhost", rp_id: str = "", flags: int = 0x05
    ) -> dict[str, Any]:
        """The answer of `navigator.credentials.get`."""
        client = self._client("webauthn.get", options["challenge"], origin)
        data = self._data(rp_id or options["rpId"], flags)
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({
            "clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": None,
        })  # fmt: skip

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        return sha256(rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}
