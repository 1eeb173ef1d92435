from tests.stores.conftest import quick_path

__all__ = ["quick_path"]
