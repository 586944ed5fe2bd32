"""The playground: a small network in the browser, every number of every step to be looked at.

    protocol.py   what the page and a session say to each other
    session.py    a session: commands in, answers and frames out; no transport
    server.py     sessions behind a WebSocket, with tf.keras beside `scratch`
    site.py       the same without a server: files that any static host serves
    web/          the page

Whatever is computed, `scratch` computes, or tf.keras: the files here arrange and tell. They run
where NumPy and `scratch` are, so in a browser too, in Pyodide.
"""
