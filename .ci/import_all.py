"""Import every module of floodeval; fails, with its name, at the first one that cannot be imported."""

import importlib
import pkgutil

import floodeval

if __name__ == "__main__":
    for module in pkgutil.walk_packages(floodeval.__path__, "floodeval."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
