"""x"""
from tests.benchmarks.stores import Store
async def seed(store: Store, count: int) -> None:
    raise NotImplementedError
