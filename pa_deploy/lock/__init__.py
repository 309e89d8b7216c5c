"""One deploy at a time for each web app, by files on PythonAnywhere.

The file API can write a file, list a directory and delete, and knows no "write only if nothing is
there": who uploads to a name that is taken has overwritten it, and learns that (200 instead of 201)
when it is too late. So no two runs ever write to one name. Each has a ticket of its own in the
directory `~/.pa-deploy/DOMAIN/lock/`, and goes by these rules:

1. Announce, then look: upload the ticket, and only after that list the directory. Who sees its own
   ticket there and no other has the lock. Of two runs, the one whose upload comes second sees the
   ticket of the other, whatever the timing, so two can never both be alone.
2. Who is not alone gives way: it deletes its ticket, and looks every few seconds until the others
   are gone; then it begins with 1. Only the oldest ticket of those that are there may stay and be
   looked at again, so that two who always meet do not give way for ever. No name is used twice, so
   a request that arrives late can not take away a later ticket.
3. The name of a ticket says until when it counts, by the server's clock (the `Date` of its
   answers). Before every write that it sends, a run makes sure that its ticket will still count
   when the answer is due (`Transport.guard`), and renews it in time: the next ticket is uploaded
   first, and then the last one is deleted. A ticket that no longer counts is that of a run which
   has ended without a word. It keeps nobody from being alone, and who gets the lock deletes it.
   Nor does it keep its own run from going on, as long as it is there and nobody else is.
4. Nobody deletes a ticket of another that still counts.

What this can not do: it does not stop people, other programs, or runs with `lock: false`. A request
that PythonAnywhere still works on when the ticket of its dead run has ended can not be called back.
A machine that was put to sleep may not notice how late it is. And all of it stands on a listing
that shows what was uploaded before.
"""

from pa_deploy.lock.lock import Lock

__all__ = ["Lock"]
