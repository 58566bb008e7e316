"""Seals second factors that an earlier release kept as they are, or that a key sealed which is being exchanged (SEC-04).

Once after a start. Of several processes each may do it: what is sealed by the first key stays as it is.
"""

from functools import partial

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import Temporary, UserMistake
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.sealing import Keyring
from gutenbot.storage.port import Storage

log = get_logger("resealing")

ANYBODY = "SELECT 1 FROM account WHERE length(totp_secret) > 0 OR length(totp_offered) > 0 LIMIT 1"
AGAIN_S = 30.0


async def reseal(storage: Storage, keyring: Keyring, clock: Clock) -> int:
    """Returns how many secrets were sealed. Waits for a database that is away; a key that is not right is told and left."""
    while True:
        try:
            if not await storage.peek(ANYBODY):
                return 0
            from gutenbot.accounts.desk import PLACE  # stands on what is slow to import: most servers have no codes
            from gutenbot.accounts.totp import seal_anew

            done = await storage.write(partial(seal_anew, keyring=keyring), place=PLACE)
            if done:
                log.info("second_factors.sealed", secrets=done)
            return done
        except Temporary as error:
            log.warning("resealing.waits", error=str(error))
            await clock.sleep(AGAIN_S)
        except UserMistake as error:
            log.warning("resealing.refused", error=str(error))
            return 0
