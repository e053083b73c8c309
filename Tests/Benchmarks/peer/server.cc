// The peer: gRPC C++ with its callback API, as its own documentation advises for speed.
#include "bench.grpc.pb.h"

#include <cstdio>
#include <grpcpp/grpcpp.h>

using tally::bench::v1::Payload;

namespace {

class Repeater : public grpc::ServerWriteReactor<Payload> {
public:
    explicit Repeater(const Payload &payload) : payload_(payload) { StartWrite(&payload_); }

    void OnWriteDone(bool ok) override {
        if (ok && !cancelled_) StartWrite(&payload_);
        else Finish(grpc::Status::OK);
    }
    void OnCancel() override { cancelled_ = true; }
    void OnDone() override { delete this; }

private:
    Payload payload_;
    std::atomic<bool> cancelled_{false};
};

class Bench : public tally::bench::v1::Bench::CallbackService {
    grpc::ServerUnaryReactor *Echo(grpc::CallbackServerContext *context, const Payload *request,
                                   Payload *reply) override {
        reply->set_data(request->data());
        grpc::ServerUnaryReactor *reactor = context->DefaultReactor();
        reactor->Finish(grpc::Status::OK);
        return reactor;
    }
    grpc::ServerWriteReactor<Payload> *Repeat(grpc::CallbackServerContext *,
                                              const Payload *request) override {
        return new Repeater(*request);
    }
};

} // namespace

int main() {
    Bench service;
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service);
    std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
    std::printf("%d\n", port);
    std::fflush(stdout);
    server->Wait();
}
