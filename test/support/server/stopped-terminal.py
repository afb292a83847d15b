"""Runs a program on a terminal of its own. A line on stdin stops the terminal's output (as Ctrl-S does), the next one lets
it go on, and so on. What the program writes comes on stdout; the exit code is the program's."""
import os, subprocess, sys, termios, threading

master, slave = os.openpty()
program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.STDOUT)
print(program.pid, flush=True)


def show():
    while data := os.read(master, 65536):
        os.write(1, data)


def obey():
    for number, _ in enumerate(sys.stdin):
        termios.tcflow(slave, termios.TCOON if number % 2 else termios.TCOOFF)


for task in (show, obey):
    threading.Thread(target=task, daemon=True).start()
sys.exit(program.wait())
