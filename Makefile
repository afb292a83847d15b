# Every target is an npm script of the same name; package.json is the source.
.PHONY: install start test test-full lint format synth imports image down

install:
	npm ci

start test lint format synth imports image:
	npm run $@

test-full:
	npm run test:full

down:
	npm run cluster -- down
