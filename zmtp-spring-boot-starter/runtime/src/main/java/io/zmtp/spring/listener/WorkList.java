package io.zmtp.spring.listener;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Work in the order of its coming, each of which can be taken out at once. It is in one list at a time. */
final class WorkList {

    private @Nullable Work first;
    private @Nullable Work last;

    boolean isEmpty() {
        return first == null;
    }

    void add(Work work) {
        Work before = last;
        work.list = this;
        work.previous = before;
        if (before == null) {
            first = work;
        } else {
            before.following = work;
        }
        last = work;
    }

    /** The first, taken out; null if there is none. */
    @Nullable
    Work poll() {
        Work work = first;
        if (work != null) {
            remove(work);
        }
        return work;
    }

    /** Whether it was here. */
    @SuppressWarnings("ReferenceEquality")
    boolean remove(Work work) {
        if (work.list != this) {
            return false;
        }
        Work before = work.previous;
        Work after = work.following;
        if (before == null) {
            first = after;
        } else {
            before.following = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        work.list = null;
        work.previous = null;
        work.following = null;
        return true;
    }

    List<Work> all() {
        List<Work> all = new ArrayList<>();
        for (Work each = first; each != null; each = each.following) {
            all.add(each);
        }
        return all;
    }
}
