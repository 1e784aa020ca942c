"""Pretended networks: stateful servers on loopback, written from the vendors' documentation. They refuse what the vendor refuses.

    with PretendX() as network:
        network.hook = "http://127.0.0.1:8080/hooks/x/x"   # where Baton listens; its source is `network.settings`
        post = network.write("My parcel is late")          # a customer writes
        assert network.deliver() == [200]                  # what the network pushes, signed; a polled one has nothing to send
        ...
        assert network.answers(post) == ["On its way."]    # what stands below it now, of ours

It runs in a thread of its own, so that tests with and without an event loop use it alike.
"""
