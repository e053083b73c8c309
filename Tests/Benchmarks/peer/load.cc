// The load generator of the peer: the same modes and the same output as floor/load.c.
#include "bench.grpc.pb.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <grpcpp/grpcpp.h>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>

using tally::bench::v1::Payload;
using Stub = tally::bench::v1::Bench::Stub;
using Clock = std::chrono::steady_clock;

namespace {

std::string data;
std::atomic<bool> measuring{false}, stopping{false};
std::atomic<uint64_t> calls{0}, total{0}, running{0};
std::mutex lock;
std::vector<float> samples;

void fail(const grpc::Status &status) {
    std::fprintf(stderr, "load: %s\n", status.error_message().c_str());
    _exit(2);
}

// One of the calls in flight; the next one begins when it ends.
struct Caller {
    explicit Caller(Stub *stub) : stub(stub) { request.set_data(data); }

    void start() {
        context.emplace();
        context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
        started = Clock::now();
        stub->async()->Echo(&*context, &request, &reply,
                            [this](grpc::Status status) { ended(status); });
    }

    void ended(const grpc::Status &status) {
        if (!status.ok() || reply.data().size() != data.size()) fail(status);
        total.fetch_add(1, std::memory_order_relaxed);
        if (measuring.load(std::memory_order_relaxed)) {
            calls.fetch_add(1, std::memory_order_relaxed);
            std::lock_guard<std::mutex> guard(lock);
            samples.push_back(std::chrono::duration<float>(Clock::now() - started).count());
        }
        if (stopping) --running;
        else start();
    }

    Stub *stub;
    Payload request, reply;
    std::optional<grpc::ClientContext> context;
    Clock::time_point started;
};

class Reader : public grpc::ClientReadReactor<Payload> {
public:
    explicit Reader(Stub *stub) {
        request_.set_data(data);
        stub->async()->Repeat(&context_, &request_, this);
        StartRead(&reply_);
        StartCall();
    }

    void OnReadDone(bool ok) override {
        if (!ok) return;
        if (reply_.data().size() != data.size()) fail(grpc::Status::CANCELLED);
        total.fetch_add(1, std::memory_order_relaxed);
        if (measuring.load(std::memory_order_relaxed)) {
            calls.fetch_add(1, std::memory_order_relaxed);
        }
        if (stopping) context_.TryCancel();
        StartRead(&reply_);
    }
    void OnDone(const grpc::Status &) override { --running; }

private:
    grpc::ClientContext context_;
    Payload request_, reply_;
};

void report(double seconds) {
    double p50 = 0, p99 = 0;
    if (!samples.empty()) {
        std::sort(samples.begin(), samples.end());
        p50 = samples[samples.size() / 2];
        p99 = samples[samples.size() * 99 / 100];
    }
    std::printf("{\"calls\": %lu, \"total\": %lu, \"seconds\": %.4f, ", calls.load(), total.load(),
                seconds);
    std::printf("\"p50\": %.1f, \"p99\": %.1f}\n", p50 * 1e6, p99 * 1e6);
    std::fflush(stdout);
}

} // namespace

// load MODE PORT CONNECTIONS DEPTH SIZE WARMUP SECONDS
int main(int argc, char **argv) {
    if (argc != 8) return 1;
    const char mode = argv[1][0];
    const int connections = std::atoi(argv[3]), depth = std::atoi(argv[4]);
    data.assign(std::atoi(argv[5]), 'x');
    const std::chrono::duration<double> warmup(std::atof(argv[6])), seconds(std::atof(argv[7]));
    samples.reserve(1 << 22);
    std::vector<std::shared_ptr<grpc::Channel>> channels;
    std::vector<std::unique_ptr<Stub>> stubs;
    std::vector<std::unique_ptr<Caller>> callers;
    std::vector<std::unique_ptr<Reader>> readers;
    for (int i = 0; i < connections; i++) {
        grpc::ChannelArguments arguments;
        arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        channels.push_back(grpc::CreateCustomChannel(
            std::string("127.0.0.1:") + argv[2], grpc::InsecureChannelCredentials(), arguments));
        auto until = std::chrono::system_clock::now() + std::chrono::seconds(10);
        if (!channels[i]->WaitForConnected(until)) fail(grpc::Status::CANCELLED);
        stubs.push_back(tally::bench::v1::Bench::NewStub(channels[i]));
    }
    for (int i = 0; mode != 'i' && i < depth; i++) {
        ++running;
        if (mode == 's') {
            readers.push_back(std::make_unique<Reader>(stubs[i % connections].get()));
        } else {
            callers.push_back(std::make_unique<Caller>(stubs[i % connections].get()));
            callers.back()->start();
        }
    }
    if (mode != 'i') std::this_thread::sleep_for(warmup);
    measuring = true;
    const auto start = Clock::now();
    std::puts("begin");
    std::fflush(stdout);
    if (mode == 'i') std::getchar();
    else std::this_thread::sleep_for(seconds);
    measuring = false;
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    report(took);
    stopping = true;
    for (int i = 0; i < 100 && running; i++) usleep(10000);
    _exit(0);
}
