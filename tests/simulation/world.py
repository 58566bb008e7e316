"""A world of a seed: it begins, goes wrong as planned, comes to rest, and is looked at."""

import asyncio
import contextvars
import random
from collections import Counter

from gutenbot.events.messages import TextMessage
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.ids import ConversationId
from gutenbot.testing.clock import MONDAY
from gutenbot.turns.roles import ALL_ROLES, Role
from tests.simulation.bot import receipt_of
from tests.simulation.checks import Broken, Checks
from tests.simulation.loop import PROCESS, SimulatedLoop
from tests.simulation.model.server import Server
from tests.simulation.network import Network
from tests.simulation.plan import ROLES, Fault, Plan
from tests.simulation.trace import Trace
from tests.simulation.users import User
from tests.simulation.workers import Worker

REST_S = 400.0
"""So long after the last fault everything must be done."""
STEPS_S = (300.0, 300.0, 300.0, 3600.0)
"""So far a clock is set: what was to happen at a moment of that clock may be late by as much."""


class World:
    """All that there is."""

    def __init__(self, plan: Plan, trace: Trace) -> None:
        self.plan = plan
        self.trace = trace
        self.chance = random.Random(f"world {plan.seed}")
        self.loop = SimulatedLoop(random.Random(f"loop {plan.seed}"))
        self.server = Server(self.loop.time)
        self.outage_until = 0.0
        self.networks = [
            Network("keyed", random.Random(f"keyed {plan.seed}"), idempotent=True, trouble=plan.trouble),
            Network("plain", random.Random(f"plain {plan.seed}"), idempotent=False, trouble=plan.trouble),
        ]
        self.checks = Checks(self)
        self.server.watchers.append(self.checks.transaction)
        self.users = [User(self, talk) for talk in plan.talks]
        self.workers: list[Worker] = []
        """Those that are thought to be alive."""
        self.payments: dict[str, Counter[str]] = {}
        """Label → idempotency key → how often it was used."""
        self.sent_outside: set[str] = set()
        self.resting = False
        self.clocks_were_set = 0.0
        """By how many seconds in all."""
        self._fragile: dict[str, int] = {}
        self._poison: dict[str, int] = {}
        self._boots = 0
        self._tasks: set[asyncio.Task[None]] = set()

    # Life -----------------------------------------------------------------------------------------------------------

    async def live(self) -> None:
        """From the first worker to the last look."""
        for _ in range(self.plan.workers):
            self.spawn()
        busy = [asyncio.create_task(user.talk()) for user in self.users]
        busy += [asyncio.create_task(self._send_outside(at_s, number)) for at_s, number in self.plan.sends]
        for fault in self.plan.faults:
            await asyncio.sleep(max(0.0, fault.at_s - self.loop.time()))
            self.inject(fault)
        await self._heal()
        await self._until_rest(busy)
        self.checks.at_the_end()

    def spawn(self) -> None:
        """One more process."""
        self._boots += 1
        worker = Worker(self, f"w{self._boots}", self._missing_roles())
        self.workers.append(worker)
        worker.start()

    def _missing_roles(self) -> frozenset[Role]:
        """What the next process does: everything, or what the fewest of the others do."""
        if not self.plan.split:
            return ALL_ROLES
        held = [worker.roles for worker in self.workers]
        return min(ROLES, key=held.count)

    def kill(self, worker: Worker, why: str) -> None:
        """As SIGKILL; somebody starts another one after a while."""
        if worker.process.state == "dead":
            return
        self.trace.fault(self.loop.time(), worker.boot, why)
        self.checks.lost(worker.boot)
        worker.process.die()
        worker.client.dead = True
        self.ended(worker)

    def ended(self, worker: Worker) -> None:
        """A process is gone, whatever the reason."""
        if worker not in self.workers:
            return
        self.workers.remove(worker)
        worker.process.state = "dead"
        worker.client.dead = True
        self.later(self.plan.restart_s, self._replace)

    def _replace(self) -> None:
        if len(self.workers) < self.plan.workers:
            self.spawn()

    def later(self, seconds: float, what: object) -> None:
        """Has something done by nobody's process."""
        self.loop.call_later(seconds, what, context=contextvars.Context())  # type: ignore[arg-type]

    # Faults ---------------------------------------------------------------------------------------------------------

    def inject(self, fault: Fault) -> None:
        """Lets something go wrong."""
        now = self.loop.time()
        if fault.kind == "outage":
            self.outage_until = now + fault.for_s
            self.trace.fault(now, "database", "outage", f"{fault.for_s:.3f}")
            self.checks.everybody_lost()
            return
        if not self.workers:
            return
        worker = self.chance.choice(self.workers)
        match fault.kind:
            case "crash":
                self._fuse(worker, fault, lambda: self.kill(worker, "crash"))
            case "freeze":
                self._fuse(worker, fault, lambda: self._freeze(worker, fault.for_s))
            case "stop":
                self.trace.fault(now, worker.boot, "stop")
                self.checks.lost(worker.boot)
                if not worker.gone:
                    worker.process.run(worker.retire(min(fault.for_s, 25.0)), "retire")
            case "step":
                seconds = self.chance.choice(STEPS_S) * self.chance.choice((-1.0, 1.0))
                self.clocks_were_set += abs(seconds)
                self.trace.fault(now, worker.boot, "step", f"{seconds:+.0f}")
                worker.clock.step(seconds)
            case "cut":
                self.trace.fault(now, worker.boot, "cut", f"{fault.for_s:.3f}")
                self.checks.lost(worker.boot)
                worker.link.cut_until = now + fault.for_s
            case "lossy":
                self.trace.fault(now, worker.boot, "lossy", f"{fault.for_s:.3f}")
                self.checks.lost(worker.boot)
                worker.link.lossy_until = now + fault.for_s
            case "deaf":
                self.trace.fault(now, worker.boot, "deaf", f"{fault.for_s:.3f}")
                worker.link.deaf_until = now + fault.for_s

    def _fuse(self, worker: Worker, fault: Fault, blow: object) -> None:
        """After some more callbacks, or after a second for one that has none."""

        def once() -> None:
            if worker.process.fuse is not None or fault in pending:
                pending.discard(fault)
                worker.process.fuse = None
                blow()  # type: ignore[operator]

        pending = {fault}
        worker.process.light(fault.fuse, once)
        self.later(1.0, lambda: once() if fault in pending else None)

    def _freeze(self, worker: Worker, for_s: float) -> None:
        if worker.process.state != "running":
            return
        self.trace.fault(self.loop.time(), worker.boot, "freeze", f"{for_s:.3f}")
        self.checks.lost(worker.boot)
        worker.process.freeze()
        self.later(for_s, lambda: self._thaw(worker))

    def _thaw(self, worker: Worker) -> None:
        if worker.process.state == "frozen":
            self.trace.note(self.loop.time(), worker.boot, "thaws")
            worker.process.thaw()

    # Rest -----------------------------------------------------------------------------------------------------------

    async def _heal(self) -> None:
        """No new faults; those that last end by themselves."""
        await asyncio.sleep(2.0)
        for network in self.networks:
            network.trouble = 0.0
        if self.plan.fresh_end:
            for worker in list(self.workers):
                self.kill(worker, "crash")
            self.plan.workers, self.plan.split = 1, False
        self.trace.note(self.loop.time(), "world", "heals")

    async def _until_rest(self, busy: "list[asyncio.Task[None]]") -> None:
        deadline = self.loop.time() + REST_S + self.clocks_were_set
        while not self.checks.is_quiet(busy):
            await asyncio.sleep(1.0)
            if self.loop.time() > deadline:
                raise Broken(f"no rest: {self.checks.what_is_open(busy)}")
        for task in busy:
            task.result()
        await asyncio.sleep(3.0)

    # What bots and users ask of the world ---------------------------------------------------------------------------

    def up(self) -> Worker | None:
        """A worker that a load balancer would choose: it does not know yet who is frozen or broken."""
        known = [worker for worker in self.workers if worker.ready and not worker.gone and "web" in worker.roles]
        return self.chance.choice(known) if known else None

    def now_ms(self) -> int:
        """The true time."""
        return to_ms(MONDAY) + round(self.loop.time() * 1000)

    def fragile(self, label: str) -> None:
        """Fails once or twice."""
        left = self._fragile.setdefault(label, 1 + len(label) % 2)
        if left > 0:
            self._fragile[label] = left - 1
            raise RuntimeError(f"{label} fails")

    def poisons(self, label: str) -> bool:
        """Kills the process that asks, a few times; one label does it for ever."""
        left = self._poison.setdefault(label, self.chance.choice([1, 1, 2, 3, 4, 99]))
        if left <= 0:
            return False
        self._poison[label] = left - 1
        for worker in [worker for worker in self.workers if worker.process is PROCESS.get()]:
            self.kill(worker, "poison")
        return True

    def pay(self, label: str, key: str) -> str:
        """An outside effect, once per key."""
        self.payments.setdefault(label, Counter())[key] += 1
        return receipt_of(label)

    async def _send_outside(self, at_s: float, number: int) -> None:
        """An operator says something, with a key, until it is kept."""
        await asyncio.sleep(at_s)
        user = self.users[number]
        key = f"{user.name}-{at_s:.3f}"
        while not user.known:
            await asyncio.sleep(1.0)
            if user.done and not user.known:
                return
        while True:
            worker = self.up()
            if worker is not None:
                kept: asyncio.Future[bool] = self.loop.create_future()
                worker.process.run(self._keep(worker, user.conversation_id, key, user, kept))
                done, _ = await asyncio.wait([kept], timeout=15.0)
                if done and kept.result():
                    self.sent_outside.add(key)
                    return
            await asyncio.sleep(self.chance.uniform(0.2, 2.0))

    async def _keep(
        self, worker: Worker, conversation: ConversationId, key: str, user: User, kept: "asyncio.Future[bool]"
    ) -> None:
        ok = True
        try:
            message = TextMessage(f"operator {key}")
            await worker.storage.send(
                conversation, key, [message], deliver=user.channel != "web", now_ms=to_ms(worker.clock.now())
            )
            worker.turns.wake_delivery(conversation)
        except Temporary:
            ok = False
        worker.client.later(0.01, lambda: None if kept.done() else kept.set_result(ok))
