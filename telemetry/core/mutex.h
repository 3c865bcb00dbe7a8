// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>

// clang's thread-safety analysis does not know libstdc++'s std::mutex; these few lines tell it.
#if defined(__clang__)
#define WATTLINE_ANNOTATE(x) __attribute__((x))
#else
#define WATTLINE_ANNOTATE(x)
#endif
#define WATTLINE_GUARDED_BY(mutex) WATTLINE_ANNOTATE(guarded_by(mutex))
#define WATTLINE_REQUIRES(mutex) WATTLINE_ANNOTATE(requires_capability(mutex))

namespace wattline {

/// A std::mutex whose use clang checks: members say WATTLINE_GUARDED_BY(m_mutex).
class WATTLINE_ANNOTATE(capability("mutex")) Mutex {
public:
    void lock() WATTLINE_ANNOTATE(acquire_capability()) { m_mutex.lock(); }
    void unlock() WATTLINE_ANNOTATE(release_capability()) { m_mutex.unlock(); }

private:
    std::mutex m_mutex;
};

/// Holds a Mutex for a scope. A std::condition_variable_any can wait on the Mutex meanwhile.
class WATTLINE_ANNOTATE(scoped_lockable) MutexLock {
public:
    explicit MutexLock(Mutex& mutex) WATTLINE_ANNOTATE(acquire_capability(mutex)) : m_mutex(mutex) {
        m_mutex.lock();
    }
    ~MutexLock() WATTLINE_ANNOTATE(release_capability()) { m_mutex.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

private:
    Mutex& m_mutex;
};

}  // namespace wattline
