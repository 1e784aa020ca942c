"""Pretended issue trackers: stateful servers on loopback, written from the vendors' documentation. They refuse what the vendor refuses.

How an issue ships, from an idea of a running Baton whose `[trackers.app]` is `fake.settings` and whose environment has
`fake.environment`:

    async with PretendGitHub() as fake:
        fake.hook = "http://127.0.0.1:8080/trackers/app"   # where Baton listens
        ...                                                # somebody types `track I-1`; Baton makes the issue
        ref = fake.refs()[0]                               # "acme/app#1"
        fake.ship(ref)                                     # a person closes it there as completed
        assert await fake.deliver() == [200, ...]          # its webhooks, signed; Baton then looks the issue up here

What Baton itself changes there makes webhooks, too (the echo); `deliver` sends whatever waits, in order.
"""
