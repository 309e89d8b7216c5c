"""Students: accounts that have named another as their teacher."""
