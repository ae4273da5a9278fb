"""Which records of all institutions describe the same edition: the members of one title."""

from indexer.cluster.incremental import cluster
from indexer.cluster.interim import InterimMatcher, match_keys
from indexer.cluster.matcher import Matcher

__all__ = ["InterimMatcher", "Matcher", "cluster", "match_keys"]
