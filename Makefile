# Every target is an npm script of the same name; package.json is the source.
.PHONY: install start test test-full lint format synth imports image chart down

install:
	npm ci

start test lint format synth imports image chart:
	npm run $@

test-full:
	npm run test:full

down:
	npm run cluster -- down
