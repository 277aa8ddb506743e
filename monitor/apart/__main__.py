"""``python -m monitor.apart``, started by ``pool.py`` alone"""

from monitor.apart.worker import main

main()
